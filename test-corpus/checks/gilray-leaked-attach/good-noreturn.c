// corpus: check=* py=3.9..
// Paths that end the process need no Release.
#include <Python.h>
#include <stdlib.h>

void must_have(PyObject *mapping, const char *key)
{
    PyGILState_STATE gil = PyGILState_Ensure();
    PyObject *value = PyMapping_GetItemString(mapping, key);
    if (!value) {
        PyErr_Print();
        exit(1); // ok: gilray-leaked-attach  the path ends
    }
    Py_DECREF(value);
    PyGILState_Release(gil);
}
