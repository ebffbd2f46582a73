// corpus: check=* py=3.9..
// Stored callables: kept attached, called detached or handed on.
#include <Python.h>
#include <functional>

static int call(const std::function<int(int)> &f, int n) { return f(n); }

PyObject *stored(PyObject *, PyObject *arg)
{
    std::function<int(int)> plain = [](int n) { return n * 2; };
    std::function<int(int)> raising = [](int n) {
        if (n < 0)
            PyErr_SetNone(PyExc_ValueError); // expect: gilray-detached-api-call "PyErr_SetNone"
        return n;
    };
    int rc = 1;
    Py_BEGIN_ALLOW_THREADS
    rc = plain(rc); // ok: gilray-*  no Python in it
    Py_END_ALLOW_THREADS
    Py_BEGIN_ALLOW_THREADS
    rc = call(raising, rc);
    Py_END_ALLOW_THREADS
    return PyErr_Occurred() ? nullptr : PyLong_FromLong(rc);
}
