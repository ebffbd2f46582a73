// corpus: check=* py=3.9..
// A helper that releases only if its caller has not: told by a flag.
#include <Python.h>

int deflate_block(const char *data, Py_ssize_t n);

static int squeeze(const char *data, Py_ssize_t n, int attached)
{
    PyThreadState *saved = NULL;
    if (attached)
        saved = PyEval_SaveThread(); // ok: gilray-double-detach  only when attached
    int rc = deflate_block(data, n);
    if (attached)
        PyEval_RestoreThread(saved); // ok: gilray-double-detach
    return rc;
}

PyObject *send_blob(PyObject *self, PyObject *args)
{
    const char *data;
    Py_ssize_t n;
    if (!PyArg_ParseTuple(args, "y#", &data, &n))
        return NULL;
    int rc = squeeze(data, n, 1);
    Py_BEGIN_ALLOW_THREADS
    rc += squeeze(data, n, 0); // ok: gilray-double-detach  the flag is 0
    Py_END_ALLOW_THREADS
    return PyLong_FromLong(rc);
}
