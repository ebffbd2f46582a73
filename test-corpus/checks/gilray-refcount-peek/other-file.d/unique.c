#include <Python.h>

int is_unique(PyObject *op)
{
    return Py_REFCNT(op) == 1; // expect: gilray-refcount-peek "the reference count decides"
}
