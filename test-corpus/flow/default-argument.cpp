// corpus: check=* py=3.9..
// Default arguments are evaluated at the call.
#include <Python.h>

static long now_from_python()
{
    PyObject *n = PyLong_FromLong(1); // ok: gilray-detached-api-call  right for the attached caller
    long v = PyLong_AsLong(n);
    Py_XDECREF(n);
    return v;
}

int schedule(int task, long when = now_from_python());

PyObject *plan(PyObject *, PyObject *)
{
    int rc = schedule(1); // ok: gilray-detached-api-call  attached
    PyThreadState *saved = PyEval_SaveThread();
    rc += schedule(2, 0); // ok: gilray-detached-api-call  the default is not used
    rc += schedule(3); // expect: gilray-detached-api-call "now_from_python"
    PyEval_RestoreThread(saved);
    return PyLong_FromLong(rc);
}
