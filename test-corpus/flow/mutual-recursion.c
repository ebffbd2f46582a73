// corpus: check=* py=3.9..
// Two functions call each other; the need for the lock is at the end of the second.
#include <Python.h>

static int odd(int n);
static int even(int n) { return n == 0 ? 1 : odd(n - 1); }
static int odd(int n)
{
    if (n < 0)
        PyErr_BadInternalCall(); // ok: gilray-detached-api-call  right for the attached caller
    return n == 0 ? 0 : even(n - 1);
}

PyObject *parity(PyObject *self, PyObject *arg)
{
    int rc, n = (int)PyLong_AsLong(arg);
    rc = even(n); // ok: gilray-detached-api-call  attached
    Py_BEGIN_ALLOW_THREADS
    rc += even(n); // expect: gilray-detached-api-call "even"
    Py_END_ALLOW_THREADS
    return PyLong_FromLong(rc);
}
