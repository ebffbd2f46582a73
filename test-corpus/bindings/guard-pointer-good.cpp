// corpus: check=* std=c++17
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

int drain(int pipe);

static PyObject *drain_all(PyObject *self, PyObject *arg)
{
    int bytes;
    {
        Detached detached(PyEval_SaveThread());
        bytes = drain(1);
    }
    if (bytes < 0)
        return PyErr_SetFromErrno(PyExc_OSError); // ok: gilray-*  the deleter has attached
    Detached again{PyEval_SaveThread()};
    drain(2);
    again = nullptr;
    return PyLong_FromLong(bytes); // ok: gilray-*
}

static PyObject *drain_one(PyObject *self, PyObject *arg)
{
    std::optional<Released> released;
    if (arg != Py_None)
        released.emplace();
    int bytes = drain(2);
    released.reset();
    return PyLong_FromLong(bytes); // ok: gilray-*
}

static PyObject *drain_pointer(PyObject *self, PyObject *arg)
{
    auto released = std::make_unique<Released>();
    int bytes = drain(3);
    released.reset();
    return PyLong_FromLong(bytes); // ok: gilray-*
}

static PyMethodDef methods[] = {{"drain_all", drain_all, METH_O, nullptr},
                                {"drain_one", drain_one, METH_O, nullptr},
                                {"drain_pointer", drain_pointer, METH_O, nullptr},
                                {}};
