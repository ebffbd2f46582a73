// corpus: check=* py=3.13..
#include <Python.h>

static void warn(const char *text)
{
    if (PyThreadState_GetUnchecked() != NULL)
        PyErr_WarnEx(PyExc_RuntimeWarning, text, 1); // ok: gilray-detached-api-call  under PyThreadState_GetUnchecked()
}

static int raise_error(const char *text)
{
    PyThreadState *current = PyThreadState_GetUnchecked();
    if (!current)
        return -2;
    PyErr_SetString(PyExc_RuntimeError, text); // ok: gilray-detached-api-call  the result was not null
    return -1;
}

PyObject *work(PyObject *self, PyObject *args)
{
    int rc;
    warn("attached");
    if (args == Py_None && raise_error("none"))
        return NULL;
    Py_BEGIN_ALLOW_THREADS
    warn("detached");
    rc = raise_error("detached");
    Py_END_ALLOW_THREADS
    return PyLong_FromLong(rc);
}
