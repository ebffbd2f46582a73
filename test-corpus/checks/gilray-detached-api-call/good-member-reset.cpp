// corpus: check=* py=3.9..
// Members that were moved from or reset before their owner dies in the released region.
#include <Python.h>
#include <utility>

class Ref {
    PyObject *p = nullptr;
public:
    Ref() = default;
    explicit Ref(PyObject *o) : p(o) {}
    Ref(Ref &&other) noexcept : p(other.p) { other.p = nullptr; }
    ~Ref() { Py_XDECREF(p); }
    void reset() { Py_CLEAR(p); }
};

struct Request {
    Ref body, headers;
    int timeout = 0;
};

int transmit(int timeout);

PyObject *send(PyObject *, PyObject *arg)
{
    PyThreadState *saved;
    int rc;
    {
        Py_INCREF(arg);
        Request request{Ref(arg), Ref(PyObject_Str(arg)), 5};
        Ref kept(std::move(request.body));
        request.headers.reset();
        kept.reset();
        saved = PyEval_SaveThread();
        rc = transmit(request.timeout);
    } // ok: gilray-detached-api-call  nothing is left in the members
    PyEval_RestoreThread(saved);
    return PyLong_FromLong(rc);
}
