// corpus: check=gilray-leaked-attach py=3.9..
// The thread is attached for sure: the Ensure only counts up, and the lock stays with the caller.
#include <Python.h>

static void keep_registered(void)
{
    PyObject *dict = PyDict_New();
    if (!dict)
        PyErr_Clear();
    Py_XDECREF(dict);
    PyGILState_STATE s = PyGILState_Ensure();
    (void)s;
} // ok: gilray-leaked-attach  raises a counter, keeps no lock

void on_event(void *arg)
{
    PyGILState_STATE s = PyGILState_Ensure();
    keep_registered();
    PyGILState_Release(s);
}
