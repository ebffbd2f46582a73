// corpus: check=gilray-leaked-attach py=3.9..
// continue skips the release; the next turn ensures again.
#include <Python.h>

int next_event(void);

static void pump(void *arg)
{
    PyObject *handler = arg;
    int code;
    while ((code = next_event()) >= 0) {
        PyGILState_STATE gil = PyGILState_Ensure();
        PyObject *r = PyObject_CallFunction(handler, "i", code);
        if (!r) {
            PyErr_Clear();
            continue;
        }
        Py_DECREF(r);
        PyGILState_Release(gil);
    }
} // expect: gilray-leaked-attach

PyObject *start(PyObject *self, PyObject *handler)
{
    Py_INCREF(handler);
    PyThread_start_new_thread(pump, handler);
    Py_RETURN_NONE;
}
