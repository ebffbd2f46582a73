// corpus: check=gilray-detached-api-call py=3.9.. variants=gil
// Only the raw allocators may be used detached; the mem and object domains belong to the interpreter.
#include <Python.h>
#include <string.h>

PyObject *scratch(PyObject *self, PyObject *arg)
{
    char *work = NULL, *block = NULL;
    Py_BEGIN_ALLOW_THREADS
    work = PyMem_Malloc(4096); // expect: gilray-detached-api-call "PyMem_Malloc"
    Py_END_ALLOW_THREADS
    Py_BEGIN_ALLOW_THREADS
    block = PyObject_Malloc(64); // expect: gilray-detached-api-call "PyObject_Malloc"
    Py_END_ALLOW_THREADS
    PyObject_Free(block);
    Py_BEGIN_ALLOW_THREADS
    memset(work, 0, 4096);
    PyMem_Free(work); // expect: gilray-detached-api-call "PyMem_Free"
    Py_END_ALLOW_THREADS
    Py_RETURN_NONE;
}
