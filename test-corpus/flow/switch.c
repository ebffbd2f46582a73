// corpus: check=* py=3.9..
// A switch that attaches in some cases, falls through in one, and merges.
#include <Python.h>

int stage(int n);

PyObject *by_case(PyObject *self, PyObject *arg)
{
    int kind = (int)PyLong_AsLong(arg), rc = 0;
    PyThreadState *saved = PyEval_SaveThread();
    switch (kind) {
    case 0:
        rc = stage(0);
        break;
    case 1:
        PyEval_RestoreThread(saved);
        PyErr_SetString(PyExc_ValueError, "one"); // ok: gilray-*  attached in this case
        return NULL;
    case 2:
        rc = stage(2);
        // falls through
    case 3:
        PyErr_Clear(); // expect: gilray-detached-api-call "PyErr_Clear"
        break;
    default:
        return NULL; // expect: gilray-region-escape
    }
    PyEval_RestoreThread(saved);
    return PyLong_FromLong(rc); // ok: gilray-*  attached
}
