// corpus: check=gilray-lock-across-python py=3.13..
// What may run Python code happens after the unlock; under it only what cannot.
#include <Python.h>

typedef struct {
    PyObject_HEAD
    PyMutex lock;
    PyObject *listener, *last;
    long count;
} Topic;

static PyObject *publish(PyObject *op, PyObject *value)
{
    Topic *self = (Topic *)op;
    PyMutex_Lock(&self->lock);
    self->count++;
    PyObject *old = self->last, *listener = Py_NewRef(self->listener);
    self->last = Py_NewRef(value);
    PyMutex_Unlock(&self->lock);
    Py_XDECREF(old); // ok: gilray-lock-across-python  released before
    PyObject *result = PyObject_CallOneArg(listener, value);
    Py_DECREF(listener);
    return result;
}

static PyObject *count(PyObject *op, PyObject *unused)
{
    Topic *self = (Topic *)op;
    PyMutex_Lock(&self->lock);
    PyObject *number = PyLong_FromLong(self->count);
    PyObject *pair = number ? PyTuple_Pack(2, number, number) : NULL;
    Py_XDECREF(number); // ok: gilray-lock-across-python  a number that was just made
    PyMutex_Unlock(&self->lock);
    return pair;
}

static PyMethodDef methods[] = {
    {"publish", publish, METH_O, NULL},
    {"count", count, METH_NOARGS, NULL},
    {NULL, NULL, 0, NULL},
};
