// corpus: check=gilray-detached-api-call py=3.9..
// A lambda that is only ever run in the released region.
#include <Python.h>

int poll_once(int fd);

PyObject *poll_all(PyObject *, PyObject *arg)
{
    long fd = PyLong_AsLong(arg);
    auto step = [fd](int turn) {
        int rc = poll_once((int)fd + turn);
        if (rc < 0)
            PyErr_SetString(PyExc_OSError, "poll"); // expect: gilray-detached-api-call "PyErr_SetString"
        return rc;
    };
    PyThreadState *saved = PyEval_SaveThread();
    int rc = step(0) + step(1);
    PyEval_RestoreThread(saved);
    return rc < 0 ? nullptr : PyLong_FromLong(rc);
}
