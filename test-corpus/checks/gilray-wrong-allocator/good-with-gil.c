// corpus: check=gilray-wrong-allocator variants=gil
#include <Python.h>

// With a GIL a buffer may come from any domain.
PyObject *work(PyObject *self, PyObject *arg)
{
    char *copy = (char *)PyObject_Malloc(64); // ok: gilray-wrong-allocator
    PyObject *result = copy ? PyBytes_FromStringAndSize(copy, 1) : PyErr_NoMemory();
    PyObject_Free(copy);
    return result;
}
