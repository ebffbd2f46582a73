// corpus: check=gilray-region-escape py=3.9..
// Released under one condition, restored under another.
#include <Python.h>

int pack(const char *data, Py_ssize_t n);

PyObject *compress(PyObject *self, PyObject *args)
{
    const char *data;
    Py_ssize_t n;
    int rc, threads;
    PyThreadState *saved = NULL;
    if (!PyArg_ParseTuple(args, "y#p", &data, &n, &threads))
        return NULL;
    if (threads)
        saved = PyEval_SaveThread();
    rc = pack(data, n);
    if (threads && rc >= 0)
        PyEval_RestoreThread(saved);
    return rc < 0 ? NULL : self; // expect: gilray-region-escape
}
