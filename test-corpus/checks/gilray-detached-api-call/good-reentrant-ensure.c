// corpus: check=* py=3.9..
// Ensure while already attached is legal; the code between Release and the end is still attached.
#include <Python.h>

static void log_count(PyObject *log)
{
    PyGILState_STATE gil = PyGILState_Ensure(); // ok: gilray-double-detach  re-entrant
    PyList_Append(log, Py_None);
    PyGILState_Release(gil);
}

PyObject *both(PyObject *self, PyObject *log)
{
    log_count(log);
    PyObject *n = PyLong_FromSsize_t(PyList_Size(log)); // ok: gilray-detached-api-call  Release went back to attached
    Py_XDECREF(n);
    Py_BEGIN_ALLOW_THREADS
    log_count(log); // ok: gilray-detached-api-call  attaches by itself
    Py_END_ALLOW_THREADS
    Py_RETURN_NONE; // ok: gilray-detached-api-call
}
