// corpus: check=gilray-critical-section-escape py=3.13..
// In a free-threaded build the jump shows where the function is left; with a GIL, at the jump.
#include <Python.h>

typedef struct {
    PyObject_HEAD
    int open, level, limit;
} Gauge;

static PyObject *by_goto(PyObject *op, PyObject *unused)
{
    Gauge *self = (Gauge *)op;
    int n = 0;
    Py_BEGIN_CRITICAL_SECTION(op);
    if (!self->open)
        goto closed; // expect(gil): gilray-critical-section-escape "goto leaves"
    n = self->level;
    Py_END_CRITICAL_SECTION();
    return PyLong_FromLong(n);
closed:
    PyErr_SetString(PyExc_ValueError, "closed");
    return NULL; // expect(nogil): gilray-critical-section-escape
}

static PyObject *by_break(PyObject *op, PyObject *unused)
{
    Gauge *self = (Gauge *)op;
    for (int i = 0; i < 10; i++) {
        Py_BEGIN_CRITICAL_SECTION(op);
        if (self->level > self->limit)
            break; // expect(gil): gilray-critical-section-escape "break leaves"
        self->level++;
        Py_END_CRITICAL_SECTION();
    }
    Py_RETURN_NONE; // expect(nogil): gilray-critical-section-escape
}

static PyMethodDef methods[] = {
    {"by_goto", by_goto, METH_NOARGS, NULL},
    {"by_break", by_break, METH_NOARGS, NULL},
    {NULL, NULL, 0, NULL},
};
