// corpus: check=* py=3.9..
// A comparator in pure C may run in any state.
#include <Python.h>
#include <stdlib.h>

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return x < y ? -1 : x > y; // ok: gilray-*  no API
}

static int by_attribute(const void *a, const void *b)
{
    return PyObject_RichCompareBool(*(PyObject **)a, *(PyObject **)b, Py_LT) ? -1 : 1; // ok: gilray-*  called attached
}

PyObject *sort_all(PyObject *self, PyObject *args)
{
    double values[] = {3, 1, 2};
    PyObject *items[2] = {self, args};
    qsort(items, 2, sizeof(PyObject *), by_attribute);
    Py_BEGIN_ALLOW_THREADS
    qsort(values, 3, sizeof(double), by_value); // ok: gilray-*
    Py_END_ALLOW_THREADS
    return PyFloat_FromDouble(values[0]);
}
