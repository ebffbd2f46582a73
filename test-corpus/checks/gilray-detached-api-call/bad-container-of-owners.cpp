// corpus: check=gilray-detached-api-call py=3.9..
// Clearing a container destroys what it holds.
#include <Python.h>
#include <vector>

class Ref {
    PyObject *p;
public:
    explicit Ref(PyObject *o) : p(o) {}
    Ref(Ref &&other) noexcept : p(other.p) { other.p = nullptr; }
    ~Ref() { Py_XDECREF(p); } // ok: gilray-detached-api-call  right for the attached end of the function
};

PyObject *collect(PyObject *, PyObject *arg)
{
    Py_INCREF(arg);
    Ref keep(arg);
    std::vector<Ref> pending;
    pending.emplace_back(PyLong_FromLong(1));
    Py_BEGIN_ALLOW_THREADS
    pending.clear(); // expect: gilray-detached-api-call
    Py_END_ALLOW_THREADS
    Py_RETURN_NONE;
}
