// corpus: check=* py=3.9..
// Ensured and released under the same flag.
#include <Python.h>

int report(PyObject *log, int value, int from_thread)
{
    PyGILState_STATE gil = PyGILState_LOCKED;
    if (from_thread)
        gil = PyGILState_Ensure();
    int rc = value;
    if (from_thread && log)
        rc = PyList_Append(log, Py_None);
    if (from_thread)
        PyGILState_Release(gil);
    return rc; // ok: gilray-leaked-attach
}
