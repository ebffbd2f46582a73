// corpus: check=gilray-unattached-callback py=3.9..
// No detached call of the library is in sight, but its other callbacks attach first: whoever wrote them knew why.
#include <Python.h>

typedef struct bus_handle bus_handle;
int bus_on_data(bus_handle *, void (*)(bus_handle *, int));
int bus_on_error(bus_handle *, void (*)(bus_handle *, int));
int bus_on_idle(bus_handle *, void (*)(bus_handle *, int));
int bus_on_close(bus_handle *, void (*)(bus_handle *, int));

static PyObject *hook;

static void attached_data(bus_handle *h, int n)
{
    PyGILState_STATE state = PyGILState_Ensure();
    Py_XDECREF(PyObject_CallFunction(hook, "i", n));
    PyGILState_Release(state);
}

static void attached_error(bus_handle *h, int n)
{
    PyGILState_STATE state = PyGILState_Ensure();
    Py_XDECREF(PyObject_CallFunction(hook, "s", "error"));
    PyGILState_Release(state);
}

static void attached_idle(bus_handle *h, int n)
{
    PyGILState_STATE state = PyGILState_Ensure();
    Py_XDECREF(PyObject_CallFunction(hook, "s", "idle"));
    PyGILState_Release(state);
}

static void closed(bus_handle *h, int n)
{
    Py_XDECREF(PyObject_CallFunction(hook, "s", "closed")); // expect: gilray-unattached-callback "3 of 4 callbacks of 'bus_*' attach"
}

int listen_to(bus_handle *h)
{
    return bus_on_data(h, attached_data) | bus_on_error(h, attached_error) | bus_on_idle(h, attached_idle) |
           bus_on_close(h, closed);
}
