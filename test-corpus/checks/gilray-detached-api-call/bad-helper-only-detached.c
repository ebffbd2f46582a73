// corpus: check=gilray-detached-api-call py=3.9..
// Every caller enters the helper detached: the mistake is inside it.
#include <Python.h>

int link_send(int code);

static int send_unlocked(int code)
{
    switch (code) {
    case 'A':
    case 'B':
        return link_send(code);
    default:
        PyErr_SetString(PyExc_ValueError, "unknown code"); // expect: gilray-detached-api-call "PyErr_SetString"
        return -1;
    }
}

PyObject *send_one(PyObject *self, PyObject *arg)
{
    int rc, code = (int)PyLong_AsLong(arg);
    Py_BEGIN_ALLOW_THREADS
    rc = send_unlocked(code);
    Py_END_ALLOW_THREADS
    return rc < 0 ? NULL : PyLong_FromLong(rc);
}

PyObject *send_twice(PyObject *self, PyObject *arg)
{
    int rc, code = (int)PyLong_AsLong(arg);
    PyThreadState *saved = PyEval_SaveThread();
    rc = send_unlocked(code);
    if (rc == 0)
        rc = send_unlocked(code);
    PyEval_RestoreThread(saved);
    return rc < 0 ? NULL : PyLong_FromLong(rc);
}
