// corpus: check=gilray-detached-api-call py=3.9..
// A structure has no destructor of its own; its members have.
#include <Python.h>

struct Ref {
    PyObject *p;
    explicit Ref(PyObject *o) : p(o) {}
    Ref(const Ref &) = delete;
    ~Ref() { Py_XDECREF(p); } // ok: gilray-detached-api-call  right where it dies attached
};
struct Request {
    Ref body;
    int timeout;
};

int transmit(int timeout) noexcept;

PyObject *send(PyObject *, PyObject *arg)
{
    Ref name(PyObject_Str(arg));
    PyThreadState *saved;
    int rc;
    {
        Request request{Ref(PyObject_Repr(arg)), 5};
        saved = PyEval_SaveThread();
        rc = transmit(request.timeout);
    } // expect: gilray-detached-api-call
    PyEval_RestoreThread(saved);
    return PyLong_FromLong(rc); // ok: gilray-detached-api-call  name dies attached
}
