// corpus: check=gilray-critical-section-broken py=3.13..
#include <Python.h>

typedef struct {
    PyObject_HEAD
    int count;
    PyObject **items;
} Rack;

static PyObject *each(PyObject *op, PyObject *callback)
{
    Rack *self = (Rack *)op;
    Py_BEGIN_CRITICAL_SECTION(op);
    PyObject **items = self->items;
    Py_XDECREF(PyObject_CallOneArg(callback, items[0]));
    Py_XDECREF(PyObject_CallOneArg(callback, items[1])); // expect: gilray-critical-section-broken "'items' is from before"
    Py_END_CRITICAL_SECTION();
    Py_RETURN_NONE;
}

static PyObject *add(PyObject *op, PyObject *callback)
{
    Rack *self = (Rack *)op;
    Py_BEGIN_CRITICAL_SECTION(op);
    int count = self->count;
    Py_XDECREF(PyObject_CallNoArgs(callback));
    self->count = count + 1; // expect: gilray-critical-section-broken "'count' is from before"
    Py_END_CRITICAL_SECTION();
    Py_RETURN_NONE;
}

static PyObject *grow(PyObject *op, PyObject *unused)
{
    Rack *self = (Rack *)op;
    Py_BEGIN_CRITICAL_SECTION(op);
    self->items = PyMem_Realloc(self->items, 16 * sizeof(PyObject *));
    Py_END_CRITICAL_SECTION();
    Py_RETURN_NONE;
}

static PyMethodDef methods[] = {
    {"each", each, METH_O, NULL},
    {"add", add, METH_O, NULL},
    {"grow", grow, METH_NOARGS, NULL},
    {NULL, NULL, 0, NULL},
};
