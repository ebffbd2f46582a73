// corpus: check=gilray-leaked-attach py=3.9..
// Ensured under one condition, released under another.
#include <Python.h>

int progress(PyObject *callback, int percent)
{
    PyGILState_STATE gil = PyGILState_UNLOCKED;
    int call = callback != NULL;
    if (call) {
        gil = PyGILState_Ensure();
        PyObject *r = PyObject_CallFunction(callback, "i", percent);
        Py_XDECREF(r);
        PyErr_Clear();
    }
    if (call && percent < 100)
        PyGILState_Release(gil);
    return percent; // expect: gilray-leaked-attach
}
