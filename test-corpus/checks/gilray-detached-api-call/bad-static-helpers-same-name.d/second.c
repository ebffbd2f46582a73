#include <Python.h>

static void finish(PyObject *owner) { (void)owner; }

PyObject *second(PyObject *self, PyObject *arg)
{
    finish(arg);
    Py_BEGIN_ALLOW_THREADS
    finish(arg); // ok: gilray-detached-api-call  this file's own helper needs nothing
    Py_END_ALLOW_THREADS
    Py_RETURN_NONE;
}
