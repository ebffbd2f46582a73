// corpus: check=gilray-leaked-attach py=3.9..
// An error path of a callback returns without PyGILState_Release.
#include <Python.h>

static int on_event(PyObject *handler, int code)
{
    PyGILState_STATE gil = PyGILState_Ensure();
    PyObject *r = PyObject_CallFunction(handler, "i", code);
    if (!r) {
        PyErr_Print();
        return -1; // expect: gilray-leaked-attach
    }
    Py_DECREF(r);
    PyGILState_Release(gil);
    return 0; // ok: gilray-leaked-attach  released
}

int (*event_entry)(PyObject *, int) = on_event;
