// corpus: check=* py=3.9..
// Lambdas called where they stand, with and without the lock, and one that does the release itself.
#include <Python.h>

int step(int n);

template <typename F> static int unlocked(F f)
{
    PyThreadState *saved = PyEval_SaveThread();
    int rc = f();
    PyEval_RestoreThread(saved);
    return rc;
}

PyObject *lambdas(PyObject *, PyObject *arg)
{
    long n = [arg] { return PyLong_AsLong(arg); }(); // ok: gilray-*  attached
    int rc = unlocked([n] { return step((int)n); }); // ok: gilray-*  no Python in it
    rc += unlocked([arg] { return (int)PyObject_IsTrue(arg); }); // expect: gilray-detached-api-call "PyObject_IsTrue"
    auto released = [&rc] {
        PyThreadState *saved = PyEval_SaveThread();
        rc = step(rc);
        PyEval_RestoreThread(saved);
    };
    released();
    return PyLong_FromLong(rc); // ok: gilray-*  attached
}
