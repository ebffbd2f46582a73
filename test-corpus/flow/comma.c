// corpus: check=* py=3.9..
// Order inside one expression: the comma operator is a sequence.
#include <Python.h>

int step(int n);

PyObject *in_order(PyObject *self, PyObject *args)
{
    PyThreadState *saved;
    int rc;
    saved = PyEval_SaveThread(), rc = step(1), PyEval_RestoreThread(saved), PyErr_Clear(); // ok: gilray-*  attached
    return PyLong_FromLong(rc);
}

PyObject *out_of_order(PyObject *self, PyObject *args)
{
    PyThreadState *saved;
    int rc;
    saved = PyEval_SaveThread(), rc = step(1);
    PyErr_Clear(), PyEval_RestoreThread(saved); // expect: gilray-detached-api-call
    return PyLong_FromLong(rc);
}
