// corpus: check=* py=3.9..
// While unwinding, the owner declared after the releasing guard dies detached; the one before it attached.
#include <Python.h>
#include <stdexcept>

struct NoGil {
    PyThreadState *saved = PyEval_SaveThread();
    NoGil() = default;
    NoGil(const NoGil &) = delete;
    ~NoGil() { PyEval_RestoreThread(saved); }
};
struct Ref {
    PyObject *p;
    explicit Ref(PyObject *o) : p(o) {}
    ~Ref() { Py_XDECREF(p); } // ok: gilray-detached-api-call  right where it dies attached
    PyObject *release() { PyObject *o = p; p = nullptr; return o; }
};

int parse(int n) noexcept;

static int before(PyObject *owned)
{
    Ref r(owned);
    NoGil released;
    if (parse(1) < 0)
        throw std::runtime_error("parse"); // ok: gilray-*  attached before r dies
    return 0;
}

static int after(PyObject *owned)
{
    NoGil released;
    Ref r(owned);
    if (parse(1) < 0)
        throw std::runtime_error("parse"); // expect: gilray-detached-api-call
    r.release();
    return 0; // ok: gilray-detached-api-call  r is empty
}

int run_both(PyObject *a, PyObject *b) { return before(a) + after(b); }
