// corpus: check=gilray-detached-api-call py=3.9..
// Restored under "the saved pointer is not null".
#include <Python.h>

int pack(const char *data, Py_ssize_t n);

PyObject *compress(PyObject *self, PyObject *args)
{
    const char *data;
    Py_ssize_t n;
    PyThreadState *saved = NULL;
    if (!PyArg_ParseTuple(args, "y#", &data, &n))
        return NULL;
    if (n > 500)
        saved = PyEval_SaveThread();
    int rc = pack(data, n);
    if (saved)
        PyEval_RestoreThread(saved);
    if (rc < 0)
        return PyErr_Format(PyExc_ValueError, "code %d", rc); // ok: gilray-detached-api-call  attached either way
    return PyLong_FromLong(rc); // ok: gilray-detached-api-call  attached either way
}
