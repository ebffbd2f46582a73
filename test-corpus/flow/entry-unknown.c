// corpus: check=* py=3.9..
// Exported functions whose callers are not seen: only what is wrong in every possible entry state is reported.
#include <Python.h>

int step(int n);

// May be called attached or detached; both are fine.
int neutral(int n) { return step(n); }

// Needs the lock; a caller that is not seen is taken to have it.
PyObject *needs(int n) { return PyLong_FromLong(n); } // ok: gilray-*

// Can only be entered detached.
void attach(PyThreadState **saved) { PyEval_RestoreThread(*saved); } // ok: gilray-*

// Can only be entered attached, and is wrong then.
int wrong(int n)
{
    PyThreadState *saved = PyEval_SaveThread();
    int rc = step(n);
    PyErr_Clear(); // expect: gilray-detached-api-call "PyErr_Clear"
    PyEval_RestoreThread(saved);
    return rc;
}
