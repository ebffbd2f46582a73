// corpus: check=gilray-leaked-lock py=3.9..
// One of the functions that take the lock never gives it back.
#include <Python.h>

typedef struct {
    PyObject_HEAD
    PyThread_type_lock lock;
    long count;
} Counter;

static PyObject *increment(PyObject *op, PyObject *unused)
{
    Counter *self = (Counter *)op;
    PyThread_acquire_lock(self->lock, WAIT_LOCK);
    self->count++;
    Py_RETURN_NONE; // expect: gilray-leaked-lock "op->lock"
}

static PyObject *reset(PyObject *op, PyObject *unused)
{
    Counter *self = (Counter *)op;
    PyThread_acquire_lock(self->lock, WAIT_LOCK);
    self->count = 0;
    PyThread_release_lock(self->lock);
    Py_RETURN_NONE;
}

static PyMethodDef methods[] = {
    {"increment", increment, METH_NOARGS, NULL},
    {"reset", reset, METH_NOARGS, NULL},
    {NULL, NULL, 0, NULL},
};
