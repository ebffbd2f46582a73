// corpus: check=gilray-detached-api-call py=3.9..
// PyMem_New is a macro around PyMem_Malloc.
#include <Python.h>

PyObject *grow(PyObject *self, PyObject *arg)
{
    Py_ssize_t n = PyLong_AsSsize_t(arg);
    double *cells;
    Py_BEGIN_ALLOW_THREADS
    cells = PyMem_New(double, n); // expect: gilray-detached-api-call "PyMem_"
    for (Py_ssize_t i = 0; cells && i < n; i++)
        cells[i] = 0.5 * (double)i;
    Py_END_ALLOW_THREADS
    PyMem_Free(cells); // ok: gilray-detached-api-call  attached again
    Py_RETURN_NONE;
}
