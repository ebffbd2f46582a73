// corpus: check=gilray-detached-api-call py=3.9..
// A callee that takes &_save, the name that Py_BEGIN_ALLOW_THREADS declares.
#include <Python.h>

int copy_chunk(void *conn);

static int copy_all(void *conn, PyThreadState **tstate)
{
    int rc;
    while ((rc = copy_chunk(conn)) > 0) {
        PyEval_RestoreThread(*tstate);
        int stop = PyErr_CheckSignals(); // ok: gilray-detached-api-call  attached through the pointer
        *tstate = PyEval_SaveThread();
        if (stop)
            return -1;
    }
    return rc;
}

PyObject *copy(PyObject *self, PyObject *args)
{
    int rc;
    Py_BEGIN_ALLOW_THREADS
    rc = copy_all(NULL, &_save);
    Py_END_ALLOW_THREADS
    return rc < 0 ? NULL : PyLong_FromLong(rc); // ok: gilray-detached-api-call  attached
}
