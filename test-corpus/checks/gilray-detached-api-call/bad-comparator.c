// corpus: check=gilray-detached-api-call py=3.9..
// qsort calls its comparator in the state of the call: detached.
#include <Python.h>
#include <stdlib.h>

static int by_python_order(const void *a, const void *b)
{
    return PyObject_RichCompareBool(*(PyObject **)a, *(PyObject **)b, Py_LT) ? -1 : 1; // expect: gilray-detached-api-call
}

PyObject *sort_objects(PyObject *self, PyObject *args)
{
    PyObject *items[2] = {self, args};
    Py_BEGIN_ALLOW_THREADS
    qsort(items, 2, sizeof(PyObject *), by_python_order);
    Py_END_ALLOW_THREADS
    Py_RETURN_NONE;
}
