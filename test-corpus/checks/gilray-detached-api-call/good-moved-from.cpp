// corpus: check=* py=3.9..
// Members and locals that were moved from, reset or released before they die own nothing.
#include <Python.h>
#include <utility>

class Ref {
    PyObject *p;
public:
    explicit Ref(PyObject *o = nullptr) : p(o) {}
    Ref(Ref &&other) noexcept : p(other.p) { other.p = nullptr; }
    ~Ref() { Py_XDECREF(p); }
    void reset() { Py_CLEAR(p); }
    PyObject *release() { PyObject *o = p; p = nullptr; return o; }
};

int transmit(int n);

PyObject *moved(PyObject *, PyObject *arg)
{
    Py_INCREF(arg);
    Ref outer;
    PyThreadState *saved;
    {
        Ref inner(arg);
        Ref kept(std::move(inner));
        PyObject *again = kept.release();
        Ref last(again);
        last.reset();
        saved = PyEval_SaveThread();
        transmit(1);
    } // ok: gilray-detached-api-call  all of them are empty
    PyEval_RestoreThread(saved);
    Py_RETURN_NONE;
}
