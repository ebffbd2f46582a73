// corpus: check=gilray-leaked-attach py=3.9..
// One Release too many.
#include <Python.h>

void close_handler(PyObject *handler, int twice)
{
    PyGILState_STATE gil = PyGILState_Ensure();
    Py_DECREF(handler);
    PyGILState_Release(gil);
    if (twice)
        PyGILState_Release(gil); // expect: gilray-leaked-attach
}
