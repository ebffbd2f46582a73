// corpus: check=* py=3.9..
// A helper of the project that calls what it is given, in a released region or not.
#include <Python.h>

static int plain(int n) { return n + 1; }
static int raising(int n)
{
    if (n < 0)
        PyErr_SetString(PyExc_ValueError, "negative"); // ok: gilray-detached-api-call  only called attached
    return n;
}

static int apply(int (*f)(int), int n) { return f(n); }

PyObject *both(PyObject *self, PyObject *arg)
{
    int n = (int)PyLong_AsLong(arg);
    int rc = apply(raising, n);
    Py_BEGIN_ALLOW_THREADS
    rc += apply(plain, n); // ok: gilray-detached-api-call  plain needs nothing
    Py_END_ALLOW_THREADS
    return PyErr_Occurred() ? NULL : PyLong_FromLong(rc);
}
