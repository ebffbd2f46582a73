// corpus: check=* py=3.9..
// The right side of && and || runs only sometimes.
#include <Python.h>

int step(int n);

PyObject *right_side(PyObject *self, PyObject *arg)
{
    int n = (int)PyLong_AsLong(arg);
    PyThreadState *saved = NULL;
    if (n > 100 && (saved = PyEval_SaveThread()) != NULL)
        n = step(n);
    if (saved != NULL)
        PyEval_RestoreThread(saved); // ok: gilray-*  saved on this path
    if (n < 0 || PyErr_CheckSignals()) // ok: gilray-*  attached either way
        return NULL;
    return PyLong_FromLong(n);
}

PyObject *wrong_side(PyObject *self, PyObject *arg)
{
    int n = (int)PyLong_AsLong(arg);
    PyThreadState *saved = PyEval_SaveThread();
    if (step(n) < 0 && PyErr_Occurred()) // expect: gilray-detached-api-call "PyErr_Occurred"
        n = 0;
    PyEval_RestoreThread(saved);
    return PyLong_FromLong(n);
}
