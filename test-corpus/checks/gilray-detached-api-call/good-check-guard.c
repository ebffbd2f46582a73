// corpus: check=* py=3.9..
// Code behind a question for the thread state.
#include <Python.h>

static void warn(const char *text)
{
    if (!PyGILState_Check())
        return;
    PyErr_WarnEx(PyExc_RuntimeWarning, text, 1); // ok: gilray-detached-api-call  after if (!PyGILState_Check()) return
}

static void warn_too(const char *text)
{
    if (PyGILState_Check())
        PyErr_WarnEx(PyExc_RuntimeWarning, text, 1); // ok: gilray-detached-api-call  under PyGILState_Check()
}

PyObject *work(PyObject *self, PyObject *args)
{
    warn("attached");
    Py_BEGIN_ALLOW_THREADS
    warn("detached"); // ok: gilray-detached-api-call  returns at once
    warn_too("detached");
    Py_END_ALLOW_THREADS
    Py_RETURN_NONE;
}
