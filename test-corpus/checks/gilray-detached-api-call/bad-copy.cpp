// corpus: check=gilray-detached-api-call py=3.9..
// Copying an owner counts a reference.
#include <Python.h>

class Ref {
    PyObject *p;
public:
    explicit Ref(PyObject *o) : p(o) {}
    Ref(const Ref &other) : p(other.p) { Py_XINCREF(p); } // ok: gilray-detached-api-call  right for attached callers
    Ref(Ref &&other) noexcept : p(other.p) { other.p = nullptr; }
    ~Ref() { Py_XDECREF(p); }
};

Ref duplicate(const Ref &from)
{
    return from;
}

PyObject *store_copy(PyObject *, PyObject *arg)
{
    Py_INCREF(arg);
    Ref original(arg);
    Ref second = duplicate(original);
    Ref *kept;
    Py_BEGIN_ALLOW_THREADS
    kept = new Ref(original); // expect: gilray-detached-api-call "Ref"
    Py_END_ALLOW_THREADS
    delete kept; // ok: gilray-detached-api-call  attached
    Py_RETURN_NONE;
}
