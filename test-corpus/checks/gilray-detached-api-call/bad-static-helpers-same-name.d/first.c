// corpus: check=gilray-detached-api-call py=3.9..
// Two files have a static helper of one name: only the one that needs the lock is a finding.
#include <Python.h>

static void finish(PyObject *owner) { Py_DECREF(owner); }

PyObject *first(PyObject *self, PyObject *arg)
{
    Py_INCREF(arg);
    Py_INCREF(arg);
    finish(arg);
    Py_BEGIN_ALLOW_THREADS
    finish(arg); // expect: gilray-detached-api-call "finish"
    Py_END_ALLOW_THREADS
    Py_RETURN_NONE;
}
