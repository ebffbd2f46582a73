// corpus: check=gilray-leaked-attach py=3.9..
// Nested Ensures are released in the wrong order.
#include <Python.h>

void nested(PyObject *a, PyObject *b)
{
    PyGILState_STATE outer = PyGILState_Ensure();
    Py_INCREF(a);
    PyGILState_STATE inner = PyGILState_Ensure();
    Py_INCREF(b);
    PyGILState_Release(outer); // expect: gilray-leaked-attach
    PyGILState_Release(inner);
}
