// corpus: check=* py=3.9..
// A guard releases on every way out, exceptions included.
#include <Python.h>
#include <stdexcept>

class Gil {
    PyGILState_STATE state;
public:
    Gil() : state(PyGILState_Ensure()) {} // ok: gilray-leaked-attach  the destructor releases
    Gil(const Gil &) = delete;
    ~Gil() { PyGILState_Release(state); } // ok: gilray-leaked-attach
};

long size_of(PyObject *object)
{
    Gil gil;
    Py_ssize_t n = PyObject_Size(object);
    if (n < 0) {
        PyErr_Clear();
        throw std::runtime_error("no size"); // ok: gilray-leaked-attach  unwinding runs the guard
    }
    return n; // ok: gilray-leaked-attach
}
