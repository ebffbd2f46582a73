// corpus: check=gilray-detached-api-call py=3.9..
// Release under a flag, restore under the same flag: every use is on a path where it was not released.
#include <Python.h>

int pack(const char *data, Py_ssize_t n);

PyObject *compress(PyObject *self, PyObject *args)
{
    const char *data;
    Py_ssize_t n;
    int threads;
    PyThreadState *saved = NULL;
    if (!PyArg_ParseTuple(args, "y#p", &data, &n, &threads))
        return NULL;
    if (threads)
        saved = PyEval_SaveThread();
    int rc = pack(data, n);
    if (!threads && rc < 0)
        PyErr_Clear(); // ok: gilray-detached-api-call  not released on this path
    if (threads)
        PyEval_RestoreThread(saved); // ok: gilray-stale-thread-state  saved under the same flag
    return PyLong_FromLong(rc); // ok: gilray-detached-api-call  attached on both paths
}
