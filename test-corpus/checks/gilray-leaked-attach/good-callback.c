// corpus: check=* py=3.9..
// One way in, one way out.
#include <Python.h>

static int on_event(PyObject *handler, int code)
{
    int rc = -1;
    PyGILState_STATE gil = PyGILState_Ensure();
    PyObject *r = NULL, *number = PyLong_FromLong(code);
    if (!number)
        goto done;
    r = PyObject_CallOneArg(handler, number);
    if (!r)
        goto done;
    rc = 0;
done:
    if (rc < 0)
        PyErr_WriteUnraisable(handler); // ok: gilray-detached-api-call
    Py_XDECREF(number);
    Py_XDECREF(r);
    PyGILState_Release(gil); // ok: gilray-leaked-attach
    return rc;
}

int (*event_entry)(PyObject *, int) = on_event;
