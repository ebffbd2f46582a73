// corpus: check=gilray-detached-api-call py=3.9..
#include <Python.h>

PyObject *scratch(PyObject *self, PyObject *args)
{
    int ok;
    Py_BEGIN_ALLOW_THREADS
    char *work = PyMem_RawMalloc(4096); // ok: gilray-detached-api-call  the raw domain is thread-safe
    work = PyMem_RawRealloc(work, 8192); // ok: gilray-detached-api-call  likewise
    ok = work != NULL;
    PyMem_RawFree(work); // ok: gilray-detached-api-call  likewise
    Py_END_ALLOW_THREADS
    return PyBool_FromLong(ok);
}
