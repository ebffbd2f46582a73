// corpus: check=gilray-unattached-callback,gilray-detached-api-call py=3.9..
// Who attaches expects to be called detached. The lines before and behind are run so, too.
#include <Python.h>

struct bus;
extern struct bus *bus_open(const char *name);
extern int bus_on_message(struct bus *bus, void (*handler)(const char *text, void *context), void *context);

static void on_text(const char *text, void *context)
{
    PyObject *message = PyUnicode_FromString(text); // expect: gilray-unattached-callback "in a callback"
    PyGILState_STATE state = PyGILState_Ensure();
    Py_XDECREF(PyObject_CallFunctionObjArgs((PyObject *)context, message, NULL));
    Py_XDECREF(message);
    PyGILState_Release(state);
}

static void on_last(const char *text, void *context)
{
    PyGILState_STATE state = PyGILState_Ensure();
    Py_XDECREF(PyObject_CallFunction((PyObject *)context, "s", text));
    PyGILState_Release(state);
    Py_DECREF((PyObject *)context); // expect: gilray-detached-api-call
}

static void on_count(const char *text, void *context)
{
    PyGILState_STATE state = PyGILState_Ensure();
    Py_XDECREF(PyObject_CallFunction((PyObject *)context, "s", text)); // ok: gilray-unattached-callback
    PyGILState_Release(state);
}

PyObject *listen(PyObject *self, PyObject *callback)
{
    struct bus *bus = bus_open("main");
    bus_on_message(bus, on_text, callback);
    bus_on_message(bus, on_count, callback);
    return PyLong_FromLong(bus_on_message(bus, on_last, callback));
}
