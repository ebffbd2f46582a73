// corpus: check=gilray-detached-api-call py=3.9..
// The macros and inline functions that count references, each in its own region.
#include <Python.h>

PyObject *count(PyObject *self, PyObject *item)
{
    PyObject *extra = PyList_New(0);
    Py_BEGIN_ALLOW_THREADS
    Py_INCREF(item); // expect: gilray-detached-api-call "Py_INCREF"
    Py_END_ALLOW_THREADS
    Py_BEGIN_ALLOW_THREADS
    Py_DECREF(item); // expect: gilray-detached-api-call "Py_DECREF"
    Py_END_ALLOW_THREADS
    Py_BEGIN_ALLOW_THREADS
    Py_XDECREF(extra); // expect: gilray-detached-api-call "Py_XDECREF"
    Py_END_ALLOW_THREADS
    extra = PyList_New(0);
    Py_BEGIN_ALLOW_THREADS
    Py_CLEAR(extra); // expect: gilray-detached-api-call "Py_CLEAR"
    Py_END_ALLOW_THREADS
    Py_RETURN_NONE;
}
