// corpus: check=gilray-detached-api-call py=3.9..
// Accessors of storage that other threads may change: a warning, not an error.
#include <Python.h>

PyObject *weigh(PyObject *self, PyObject *list)
{
    Py_ssize_t n;
    char *bytes;
    PyObject *array = PyByteArray_FromStringAndSize("abc", 3);
    if (!PyList_Check(list) || !array)
        return NULL;
    Py_BEGIN_ALLOW_THREADS
    n = PyList_GET_SIZE(list); // expect: gilray-detached-api-call "PyList_GET_SIZE"
    Py_END_ALLOW_THREADS
    Py_BEGIN_ALLOW_THREADS
    bytes = PyByteArray_AS_STRING(array); // expect: gilray-detached-api-call "PyByteArray_AS_STRING"
    n += bytes[0];
    Py_END_ALLOW_THREADS
    Py_DECREF(array);
    return PyLong_FromSsize_t(n);
}
