// corpus: check=* py=3.9..
// Properly nested, also around a release of the lock.
#include <Python.h>

void wait_a_bit(void);

void nested(PyObject *list)
{
    PyGILState_STATE outer = PyGILState_Ensure();
    PyGILState_STATE inner = PyGILState_Ensure(); // ok: gilray-double-detach  re-entrant
    PyList_Append(list, Py_None);
    PyGILState_Release(inner);
    Py_BEGIN_ALLOW_THREADS
    wait_a_bit();
    Py_END_ALLOW_THREADS
    PyList_Append(list, Py_None); // ok: gilray-detached-api-call  still under outer
    PyGILState_Release(outer); // ok: gilray-leaked-attach
}
