// corpus: check=gilray-detached-api-call py=3.9..
// The callee is handed the caller's saved state; it attaches and detaches through the pointer, but raises before it does.
#include <Python.h>

int db_exec(const char *query);

static int exec_unlocked(const char *query, PyThreadState **tstate)
{
    int rc = db_exec(query);
    if (rc < 0 && !PyErr_Occurred()) { // expect: gilray-detached-api-call "PyErr_Occurred"
        PyEval_RestoreThread(*tstate);
        PyErr_SetString(PyExc_RuntimeError, query); // ok: gilray-detached-api-call  attached through the pointer
        *tstate = PyEval_SaveThread();
    }
    return rc;
}

PyObject *exec(PyObject *self, PyObject *arg)
{
    const char *query = PyUnicode_AsUTF8(arg);
    PyThreadState *tstate = PyEval_SaveThread();
    int rc = exec_unlocked(query, &tstate);
    PyEval_RestoreThread(tstate);
    return rc < 0 ? NULL : PyLong_FromLong(rc);
}
