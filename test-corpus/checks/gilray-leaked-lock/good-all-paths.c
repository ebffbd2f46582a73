// corpus: check=gilray-leaked-lock py=3.9..
#include <Python.h>
#include <pthread.h>

typedef struct {
    PyObject_HEAD
    pthread_mutex_t lock;
    int shared, open, level;
} Gauge;

static PyObject *one_exit(PyObject *op, PyObject *unused)
{
    Gauge *self = (Gauge *)op;
    PyObject *result = NULL;
    pthread_mutex_lock(&self->lock);
    if (!self->open)
        goto out;
    result = PyLong_FromLong(self->level);
out:
    pthread_mutex_unlock(&self->lock);
    return result; // ok: gilray-leaked-lock
}

static PyObject *correlated(PyObject *op, PyObject *unused)
{
    Gauge *self = (Gauge *)op;
    int shared = self->shared;
    if (shared)
        pthread_mutex_lock(&self->lock);
    int n = self->level;
    if (shared)
        pthread_mutex_unlock(&self->lock);
    return PyLong_FromLong(n); // ok: gilray-leaked-lock
}

static PyObject *tried(PyObject *op, PyObject *unused)
{
    Gauge *self = (Gauge *)op;
    if (pthread_mutex_trylock(&self->lock) != 0)
        return PyErr_Format(PyExc_RuntimeError, "busy"); // ok: gilray-leaked-lock  not taken
    int n = self->level;
    pthread_mutex_unlock(&self->lock);
    return PyLong_FromLong(n);
}

static void gauge_dealloc(PyObject *op)
{
    Gauge *self = (Gauge *)op;
    pthread_mutex_lock(&self->lock);
    self->open = 0;
    pthread_mutex_unlock(&self->lock);
    pthread_mutex_destroy(&self->lock);
    PyObject_Free(op);
}

static PyMethodDef methods[] = {
    {"one_exit", one_exit, METH_NOARGS, NULL},
    {"correlated", correlated, METH_NOARGS, NULL},
    {"tried", tried, METH_NOARGS, NULL},
    {NULL, NULL, 0, NULL},
};

PyTypeObject *gauge_type(PyTypeObject *type)
{
    type->tp_dealloc = gauge_dealloc;
    return type;
}
