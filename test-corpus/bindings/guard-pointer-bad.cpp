// corpus: check=gilray-detached-api-call std=c++17
// A thread state in a unique_ptr whose deleter attaches, and an optional with a guard of the project.
#include <Python.h>
#include <memory>
#include <optional>

struct Attach {
    void operator()(PyThreadState *state) const { PyEval_RestoreThread(state); }
};
using Detached = std::unique_ptr<PyThreadState, Attach>;

class Released {
    PyThreadState *state_;
public:
    Released() : state_(PyEval_SaveThread()) {}
    Released(const Released &) = delete;
    ~Released() { PyEval_RestoreThread(state_); }
};

extern "C" int drain(int pipe);

static PyObject *drain_all(PyObject *self, PyObject *arg)
{
    Detached detached(PyEval_SaveThread());
    int bytes = drain(1);
    if (bytes < 0)
        return PyErr_SetFromErrno(PyExc_OSError); // expect: gilray-detached-api-call "PyErr_SetFromErrno"
    detached.reset();
    return PyLong_FromLong(bytes); // ok: gilray-detached-api-call
}

static PyObject *drain_one(PyObject *self, PyObject *arg)
{
    std::optional<Released> released(std::in_place);
    int bytes = drain(2);
    if (bytes < 0)
        return PyErr_SetFromErrno(PyExc_OSError); // expect: gilray-detached-api-call "PyErr_SetFromErrno"
    released.reset();
    return PyLong_FromLong(bytes); // ok: gilray-detached-api-call
}

static PyMethodDef methods[] = {{"drain_all", drain_all, METH_O, nullptr}, {"drain_one", drain_one, METH_O, nullptr}, {}};
