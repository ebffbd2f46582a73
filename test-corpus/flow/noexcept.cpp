// corpus: check=* py=3.9..
// Calls that cannot throw have no way past the restore; one that may throw has, if an owner must be cleaned up there.
#include <Python.h>

int safe_step(int n) noexcept;
extern "C" int c_step(int n);

struct Ref {
    PyObject *p = nullptr;
    ~Ref() { Py_XDECREF(p); } // ok: gilray-detached-api-call  only destroyed attached
};

PyObject *steps(PyObject *, PyObject *arg)
{
    Ref r;
    r.p = PyObject_Str(arg);
    PyThreadState *saved = PyEval_SaveThread();
    int rc = safe_step(1) + c_step(2);
    PyEval_RestoreThread(saved);
    return PyLong_FromLong(rc); // ok: gilray-*  r dies attached
}
