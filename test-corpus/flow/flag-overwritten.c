// corpus: check=* py=3.9..
// The flag changes between release and restore: the correlation is gone.
#include <Python.h>

int pack(int level);

PyObject *overwritten(PyObject *self, PyObject *args)
{
    int threads;
    PyThreadState *saved = NULL;
    if (!PyArg_ParseTuple(args, "p", &threads))
        return NULL;
    if (threads)
        saved = PyEval_SaveThread();
    int rc = pack(1);
    if (rc > 0)
        threads = 0;
    if (threads)
        PyEval_RestoreThread(saved);
    return PyLong_FromLong(rc); // expect: gilray-detached-api-call // expect: gilray-region-escape
}
