// corpus: check=gilray-lock-order-inversion py=3.9.. variants=gil
// Both orders, but one thread at a time: the GIL is held from the first lock to the second, or a third lock is.
#include <Python.h>
#include <pthread.h>

static pthread_mutex_t index_lock = PTHREAD_MUTEX_INITIALIZER, data_lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_mutex_t row_lock = PTHREAD_MUTEX_INITIALIZER, cell_lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_mutex_t table_lock = PTHREAD_MUTEX_INITIALIZER;
static long index_size, data_size, rows, cells;

static PyObject *append(PyObject *self, PyObject *unused)
{
    pthread_mutex_lock(&index_lock);
    pthread_mutex_lock(&data_lock); // ok: gilray-lock-order-inversion
    index_size++;
    data_size++;
    pthread_mutex_unlock(&data_lock);
    pthread_mutex_unlock(&index_lock);
    Py_RETURN_NONE;
}

static PyObject *compact(PyObject *self, PyObject *unused)
{
    pthread_mutex_lock(&data_lock);
    pthread_mutex_lock(&index_lock); // ok: gilray-lock-order-inversion
    index_size = data_size;
    pthread_mutex_unlock(&index_lock);
    pthread_mutex_unlock(&data_lock);
    Py_RETURN_NONE;
}

static PyObject *add_row(PyObject *self, PyObject *unused)
{
    Py_BEGIN_ALLOW_THREADS
    pthread_mutex_lock(&table_lock);
    pthread_mutex_lock(&row_lock);
    pthread_mutex_lock(&cell_lock);
    rows++;
    cells++;
    pthread_mutex_unlock(&cell_lock);
    pthread_mutex_unlock(&row_lock);
    pthread_mutex_unlock(&table_lock);
    Py_END_ALLOW_THREADS
    Py_RETURN_NONE;
}

static PyObject *add_cell(PyObject *self, PyObject *unused)
{
    Py_BEGIN_ALLOW_THREADS
    pthread_mutex_lock(&table_lock);
    pthread_mutex_lock(&cell_lock);
    pthread_mutex_lock(&row_lock); // ok: gilray-lock-order-inversion  table_lock is held at both
    cells++;
    pthread_mutex_unlock(&row_lock);
    pthread_mutex_unlock(&cell_lock);
    pthread_mutex_unlock(&table_lock);
    Py_END_ALLOW_THREADS
    Py_RETURN_NONE;
}

static PyMethodDef methods[] = {
    {"append", append, METH_NOARGS, NULL},
    {"compact", compact, METH_NOARGS, NULL},
    {"add_row", add_row, METH_NOARGS, NULL},
    {"add_cell", add_cell, METH_NOARGS, NULL},
    {NULL, NULL, 0, NULL},
};
