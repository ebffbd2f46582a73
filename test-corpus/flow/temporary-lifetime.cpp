// corpus: check=* py=3.9..
// A temporary guard lives for one full expression; bound to a reference it lives for the scope.
#include <Python.h>

struct NoGil {
    PyThreadState *saved = PyEval_SaveThread();
    NoGil() = default;
    NoGil(const NoGil &) = delete;
    ~NoGil() { PyEval_RestoreThread(saved); }
    int run(int n) const { return n + 1; }
};
static int run_with(const NoGil &, int n) { return n; }

PyObject *temporaries(PyObject *, PyObject *)
{
    int rc = NoGil().run(1);
    PyErr_Clear(); // ok: gilray-*  the temporary is gone
    rc += run_with(NoGil(), 2);
    PyErr_Clear(); // ok: gilray-*  likewise
    {
        const NoGil &bound = NoGil();
        rc += bound.run(3);
        PyErr_Clear(); // expect: gilray-detached-api-call "PyErr_Clear"
    }
    return PyLong_FromLong(rc); // ok: gilray-*  attached
}
