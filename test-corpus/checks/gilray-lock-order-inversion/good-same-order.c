// corpus: check=gilray-lock-order-inversion py=3.9..
// Two locks, one order, in every function.
#include <Python.h>
#include <pthread.h>

typedef struct {
    PyObject_HEAD
    pthread_mutex_t rows, cells;
    long row_count, cell_count;
} Table;

static PyObject *add_row(PyObject *op, PyObject *unused)
{
    Table *self = (Table *)op;
    Py_BEGIN_ALLOW_THREADS
    pthread_mutex_lock(&self->rows);
    pthread_mutex_lock(&self->cells);
    self->row_count++;
    self->cell_count += 10;
    pthread_mutex_unlock(&self->cells);
    pthread_mutex_unlock(&self->rows);
    Py_END_ALLOW_THREADS
    Py_RETURN_NONE;
}

static PyObject *clear(PyObject *op, PyObject *unused)
{
    Table *self = (Table *)op;
    Py_BEGIN_ALLOW_THREADS
    pthread_mutex_lock(&self->rows);
    pthread_mutex_lock(&self->cells); // ok: gilray-lock-order-inversion
    self->row_count = 0;
    self->cell_count = 0;
    pthread_mutex_unlock(&self->cells);
    pthread_mutex_unlock(&self->rows);
    Py_END_ALLOW_THREADS
    Py_RETURN_NONE;
}

static PyMethodDef methods[] = {
    {"add_row", add_row, METH_NOARGS, NULL},
    {"clear", clear, METH_NOARGS, NULL},
    {NULL, NULL, 0, NULL},
};
