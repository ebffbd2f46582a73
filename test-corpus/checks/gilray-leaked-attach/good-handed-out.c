// corpus: check=gilray-leaked-attach
// One path keeps the state for the caller, the other gives it up.
#include <Python.h>

struct ticket {
    PyGILState_STATE gil;
    PyObject *method;
};

int enter(struct ticket *ticket, PyObject *object, const char *name)
{
    PyGILState_STATE gil = PyGILState_Ensure();
    PyObject *method = PyObject_GetAttrString(object, name);
    if (method) {
        ticket->gil = gil;
        ticket->method = method;
        return 1; // ok: gilray-leaked-attach
    }
    PyErr_Clear();
    PyGILState_Release(gil);
    return 0;
}

void leave(struct ticket *ticket)
{
    Py_DECREF(ticket->method);
    PyGILState_Release(ticket->gil); // ok: gilray-leaked-attach
}
