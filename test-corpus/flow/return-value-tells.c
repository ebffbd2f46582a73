// corpus: check=* py=3.9..
// The helper returns whether it released; the caller acts on it.
#include <Python.h>

int pack(const char *data, Py_ssize_t n);

static int release_for(Py_ssize_t n, PyThreadState **saved)
{
    if (n < 1000)
        return 0;
    *saved = PyEval_SaveThread();
    return 1;
}

PyObject *compress(PyObject *self, PyObject *args)
{
    const char *data;
    Py_ssize_t n;
    PyThreadState *saved;
    if (!PyArg_ParseTuple(args, "y#", &data, &n))
        return NULL;
    int released = release_for(n, &saved);
    int rc = pack(data, n);
    if (released)
        PyEval_RestoreThread(saved); // ok: gilray-*  written when it returned 1
    return PyLong_FromLong(rc); // ok: gilray-*  attached
}
