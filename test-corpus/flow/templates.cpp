// corpus: check=* py=3.9..
// Guards and policies as template parameters: each instantiation is judged on its own.
#include <Python.h>

struct NoGil {
    PyThreadState *saved = PyEval_SaveThread();
    NoGil() = default;
    NoGil(const NoGil &) = delete;
    ~NoGil() { PyEval_RestoreThread(saved); }
};
struct Nothing {
    Nothing() {}
    ~Nothing() {}
};

struct Quiet {
    static void failed(int) {}
};
struct Raise {
    static void failed(int rc) { PyErr_Format(PyExc_RuntimeError, "code %d", rc); } // ok: gilray-detached-api-call  see run
};

int step(int n) noexcept;

template <typename Guard, typename Policy> static int run(int n)
{
    Guard guard;
    int rc = step(n);
    if (rc < 0)
        Policy::failed(rc); // expect: gilray-detached-api-call "failed"
    return rc;
}

PyObject *instances(PyObject *, PyObject *)
{
    int rc = run<NoGil, Quiet>(1);
    rc += run<Nothing, Raise>(2);
    rc += run<NoGil, Raise>(3);
    return PyErr_Occurred() ? nullptr : PyLong_FromLong(rc);
}
