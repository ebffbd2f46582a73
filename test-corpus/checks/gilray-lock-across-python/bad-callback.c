// corpus: check=gilray-lock-across-python py=3.13..
#include <Python.h>

typedef struct {
    PyObject_HEAD
    PyMutex lock;
    PyObject *listener;
    PyObject *last;
    long count;
} Topic;

static void notify(Topic *topic)
{
    Py_XDECREF(PyObject_CallNoArgs(topic->listener));
}

static PyObject *publish(PyObject *op, PyObject *unused)
{
    Topic *self = (Topic *)op;
    PyMutex_Lock(&self->lock);
    self->count++;
    notify(self); // expect: gilray-lock-across-python "while 'op->lock' is held"
    PyMutex_Unlock(&self->lock);
    Py_RETURN_NONE;
}

static PyObject *forget(PyObject *op, PyObject *unused)
{
    Topic *self = (Topic *)op;
    PyMutex_Lock(&self->lock);
    Py_CLEAR(self->last); // expect: gilray-lock-across-python "may run a destructor"
    PyMutex_Unlock(&self->lock);
    Py_RETURN_NONE;
}

static PyObject *keep(PyObject *op, PyObject *value)
{
    Topic *self = (Topic *)op;
    PyMutex_Lock(&self->lock);
    PyObject *old = self->last;
    self->last = Py_NewRef(value);
    PyMutex_Unlock(&self->lock);
    Py_XDECREF(old);
    Py_RETURN_NONE;
}

static PyMethodDef methods[] = {
    {"keep", keep, METH_O, NULL},
    {"publish", publish, METH_NOARGS, NULL},
    {"forget", forget, METH_NOARGS, NULL},
    {NULL, NULL, 0, NULL},
};
