// corpus: check=* py=3.9..
// The addresses of None, types and exceptions are not calls.
#include <Python.h>

PyObject *choose(PyObject *self, PyObject *arg)
{
    PyObject *kind, *value;
    Py_BEGIN_ALLOW_THREADS
    kind = (PyObject *)&PyLong_Type;   // ok: gilray-detached-api-call  an address
    value = arg == Py_None ? kind : arg; // ok: gilray-detached-api-call  a comparison of addresses
    Py_END_ALLOW_THREADS
    Py_INCREF(value);
    return value;
}
