// corpus: check=* py=3.9..
// Releases and uses in conditional expressions.
#include <Python.h>

int step(int n);

PyObject *choose(PyObject *self, PyObject *arg)
{
    int n = (int)PyLong_AsLong(arg);
    PyThreadState *saved = n > 10 ? PyEval_SaveThread() : NULL;
    int rc = step(n);
    saved ? PyEval_RestoreThread(saved) : (void)0;
    return rc < 0 ? PyErr_NoMemory() : PyLong_FromLong(rc); // ok: gilray-*  attached either way
}

PyObject *choose_badly(PyObject *self, PyObject *arg)
{
    int n = (int)PyLong_AsLong(arg);
    PyThreadState *saved = PyEval_SaveThread();
    int rc = n > 10 ? step(n) : PyErr_CheckSignals(); // expect: gilray-detached-api-call "PyErr_CheckSignals"
    PyEval_RestoreThread(saved);
    return PyLong_FromLong(rc);
}
