// corpus: check=gilray-critical-section-escape py=3.13..
// Jumps within the section, to its last label, and code after it.
#include <Python.h>

typedef struct {
    PyObject_HEAD
    int open, level;
} Gauge;

static PyObject *level(PyObject *op, PyObject *unused)
{
    Gauge *self = (Gauge *)op;
    PyObject *result = NULL;
    Py_BEGIN_CRITICAL_SECTION(op);
    if (!self->open) {
        PyErr_SetString(PyExc_ValueError, "closed");
        goto done; // ok: gilray-critical-section-escape
    }
    for (int i = 0; i < 10; i++) {
        if (self->level > 5)
            break; // ok: gilray-critical-section-escape
        if (self->level < 0)
            continue; // ok: gilray-critical-section-escape
        self->level++;
    }
    result = PyLong_FromLong(self->level);
done:;
    Py_END_CRITICAL_SECTION();
    if (!result)
        return NULL; // ok: gilray-critical-section-escape  after the section
    return result;
}

static int level_locked(Gauge *self)
{
    if (!self->open)
        return -1; // ok: gilray-critical-section-escape  of the helper
    return self->level;
}

static PyObject *both(PyObject *op, PyObject *other)
{
    int n;
    Py_BEGIN_CRITICAL_SECTION2(op, other);
    n = level_locked((Gauge *)op) + level_locked((Gauge *)other);
    Py_END_CRITICAL_SECTION2();
    return PyLong_FromLong(n);
}

static PyMethodDef methods[] = {
    {"level", level, METH_NOARGS, NULL},
    {"both", both, METH_O, NULL},
    {NULL, NULL, 0, NULL},
};
