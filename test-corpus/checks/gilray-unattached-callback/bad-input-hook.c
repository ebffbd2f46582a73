// corpus: check=gilray-unattached-callback py=3.9..
// PyOS_InputHook is called detached.
#include <Python.h>

static PyObject *handler;
int events_pending(void);

static int hook(void)
{
    while (events_pending()) {
        PyObject *r = PyObject_CallNoArgs(handler); // expect: gilray-unattached-callback
        Py_XDECREF(r);
    }
    return 0;
}

PyObject *install(PyObject *self, PyObject *callback)
{
    Py_INCREF(callback);
    handler = callback;
    PyOS_InputHook = hook;
    Py_RETURN_NONE;
}
