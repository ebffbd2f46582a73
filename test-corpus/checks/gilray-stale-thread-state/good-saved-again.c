// corpus: check=* py=3.9..
// One variable used for several regions, and one state restored by whoever holds it.
#include <Python.h>

int read_part(int n), read_rest(int n);

PyObject *parts(PyObject *self, PyObject *list)
{
    PyThreadState *saved = PyEval_SaveThread();
    int rc = read_part(1);
    PyEval_RestoreThread(saved);
    if (rc < 0)
        return PyErr_NoMemory();
    saved = PyEval_SaveThread();
    rc = read_rest(rc);
    PyEval_RestoreThread(saved); // ok: gilray-stale-thread-state  saved again
    return PyLong_FromLong(rc);  // ok: gilray-detached-api-call
}
