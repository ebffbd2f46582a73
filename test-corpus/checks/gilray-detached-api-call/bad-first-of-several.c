// corpus: check=gilray-detached-api-call py=3.9..
// Several uses on one path are one finding, at the first; a change of the state begins anew.
#include <Python.h>

PyObject *fill(PyObject *self, PyObject *list)
{
    Py_BEGIN_ALLOW_THREADS
    PyObject *one = PyLong_FromLong(1); // expect: gilray-detached-api-call "PyLong_FromLong"
    PyList_Append(list, one);           // ok: gilray-detached-api-call  the same path: a note of the finding above
    Py_DECREF(one);                     // ok: gilray-detached-api-call  likewise
    Py_BLOCK_THREADS
    PyErr_Clear();
    Py_UNBLOCK_THREADS
    PyList_Append(list, Py_None); // expect: gilray-detached-api-call "PyList_Append"
    Py_END_ALLOW_THREADS
    Py_RETURN_NONE;
}
