// corpus: check=gilray-detached-api-call py=3.9..
// The callee restores and re-saves the caller's state through a pointer.
#include <Python.h>

int db_exec(const char *query);

static int exec_unlocked(const char *query, PyThreadState **tstate)
{
    int rc = db_exec(query);
    if (rc < 0) {
        PyEval_RestoreThread(*tstate);              // ok: gilray-double-detach  entered detached
        PyErr_SetString(PyExc_RuntimeError, query); // ok: gilray-detached-api-call  attached through the pointer
        *tstate = PyEval_SaveThread();
    }
    return rc; // ok: gilray-region-escape  detached as it was entered
}

PyObject *exec(PyObject *self, PyObject *arg)
{
    const char *query = PyUnicode_AsUTF8(arg);
    PyThreadState *tstate = PyEval_SaveThread();
    int rc = exec_unlocked(query, &tstate);
    PyEval_RestoreThread(tstate); // ok: gilray-stale-thread-state  the callee stored the new one
    return rc < 0 ? NULL : PyLong_FromLong(rc);
}
