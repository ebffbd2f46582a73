// corpus: check=* py=3.9..
// Helpers of a released region leave as they were entered, by any of their returns.
#include <Python.h>

int chunk(void *to);

static int chunks(void *to, PyThreadState **saved)
{
    for (;;) {
        int rc = chunk(to);
        if (rc == 0)
            return 0; // ok: gilray-region-escape  entered detached
        if (rc < 0) {
            PyEval_RestoreThread(*saved);
            PyErr_SetNone(PyExc_EOFError); // ok: gilray-detached-api-call  attached through the pointer
            *saved = PyEval_SaveThread();
            return -1; // ok: gilray-region-escape  detached again
        }
    }
}

PyObject *read_all(PyObject *self, PyObject *args)
{
    char to[16];
    int rc;
    PyThreadState *saved = PyEval_SaveThread();
    rc = chunks(to, &saved);
    PyEval_RestoreThread(saved);
    return rc < 0 ? NULL : PyBytes_FromStringAndSize(to, 16);
}
