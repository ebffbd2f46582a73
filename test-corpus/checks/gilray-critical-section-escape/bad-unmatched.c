// corpus: check=gilray-critical-section-escape py=3.13.. variants=nogil
// The functions behind the macros, used by hand.
#include <Python.h>

typedef struct {
    PyObject_HEAD
    int open, level;
} Gauge;

static PyObject *level(PyObject *op, PyObject *unused)
{
    Gauge *self = (Gauge *)op;
    PyCriticalSection section;
    if (self->open)
        PyCriticalSection_Begin(&section, op);
    int n = self->level;
    PyCriticalSection_End(&section); // expect: gilray-critical-section-escape "has not begun"
    return PyLong_FromLong(n);
}

static PyMethodDef methods[] = {{"level", level, METH_NOARGS, NULL}, {NULL, NULL, 0, NULL}};
