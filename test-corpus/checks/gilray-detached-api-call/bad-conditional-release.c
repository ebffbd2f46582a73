// corpus: check=gilray-detached-api-call py=3.9..
// Released for large inputs only; the exception is set on the path on which it was released.
#include <Python.h>

int pack(const char *data, Py_ssize_t n);

PyObject *compress(PyObject *self, PyObject *args)
{
    const char *data;
    Py_ssize_t n;
    PyThreadState *saved = NULL;
    if (!PyArg_ParseTuple(args, "y#", &data, &n))
        return NULL;
    if (n > 4096)
        saved = PyEval_SaveThread();
    int rc = pack(data, n);
    if (n > 4096 && rc < 0)
        PyErr_SetString(PyExc_ValueError, "cannot pack"); // expect: gilray-detached-api-call "PyErr_SetString"
    if (saved)
        PyEval_RestoreThread(saved);
    return rc < 0 ? NULL : PyLong_FromLong(rc);
}
