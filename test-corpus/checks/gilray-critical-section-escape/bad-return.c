// corpus: check=gilray-critical-section-escape py=3.13..
#include <Python.h>

typedef struct {
    PyObject_HEAD
    int open, level;
} Gauge;

static PyObject *by_return(PyObject *op, PyObject *unused)
{
    Gauge *self = (Gauge *)op;
    int n;
    Py_BEGIN_CRITICAL_SECTION(op);
    if (!self->open)
        return PyLong_FromLong(0); // expect: gilray-critical-section-escape
    n = self->level;
    Py_END_CRITICAL_SECTION();
    return PyLong_FromLong(n);
}

static PyObject *by_macro(PyObject *op, PyObject *other)
{
    Gauge *self = (Gauge *)op;
    Py_BEGIN_CRITICAL_SECTION2(op, other);
    if (!self->open)
        Py_RETURN_NONE; // expect: gilray-critical-section-escape
    self->level = ((Gauge *)other)->level;
    Py_END_CRITICAL_SECTION2();
    Py_RETURN_TRUE;
}

static PyMethodDef methods[] = {
    {"by_return", by_return, METH_NOARGS, NULL},
    {"by_macro", by_macro, METH_O, NULL},
    {NULL, NULL, 0, NULL},
};
