// corpus: check=* py=3.9..
// A mutex of the object orders all accesses.
#include <Python.h>
#include <pthread.h>

typedef struct {
    PyObject_HEAD
    pthread_mutex_t mutex;
    long level;
} gauge;

long read_level(void);

static PyObject *gauge_update(PyObject *op, PyObject *args)
{
    gauge *self = (gauge *)op;
    Py_BEGIN_ALLOW_THREADS
    pthread_mutex_lock(&self->mutex);
    self->level = read_level(); // ok: gilray-detached-object-write  under the object's mutex, as the reader is
    pthread_mutex_unlock(&self->mutex);
    Py_END_ALLOW_THREADS
    Py_RETURN_NONE;
}

static PyObject *gauge_level(PyObject *op, PyObject *args)
{
    gauge *self = (gauge *)op;
    long level;
    Py_BEGIN_ALLOW_THREADS
    pthread_mutex_lock(&self->mutex);
    level = self->level;
    pthread_mutex_unlock(&self->mutex);
    Py_END_ALLOW_THREADS
    return PyLong_FromLong(level);
}

PyMethodDef gauge_methods[] = {
    {"update", gauge_update, METH_NOARGS, NULL}, {"level", gauge_level, METH_NOARGS, NULL}, {NULL, NULL, 0, NULL}};
