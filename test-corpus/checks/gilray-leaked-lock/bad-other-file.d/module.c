// corpus: check=gilray-leaked-lock py=3.13..
// The wrappers are in another file.
#include "cache.h"

static PyObject *last(PyObject *op, PyObject *unused)
{
    Cache *self = (Cache *)op;
    cache_enter(self);
    if (!self->last)
        Py_RETURN_NONE; // expect: gilray-leaked-lock
    PyObject *result = Py_NewRef(self->last);
    cache_leave(self);
    return result;
}

static PyMethodDef methods[] = {{"last", last, METH_NOARGS, NULL}, {NULL, NULL, 0, NULL}};
