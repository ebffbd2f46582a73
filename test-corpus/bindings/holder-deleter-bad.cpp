// corpus: check=gilray-detached-api-call std=c++17
// unique_ptr and shared_ptr with deleters that count down: a functor, the function itself, a lambda.
#include <Python.h>
#include <memory>

struct DecRef {
    void operator()(PyObject *object) const { Py_XDECREF(object); }
};
using Owned = std::unique_ptr<PyObject, DecRef>;

struct Unlocked {
    PyThreadState *state = PyEval_SaveThread();
    ~Unlocked() { PyEval_RestoreThread(state); }
};

extern "C" int render(int page);

static PyObject *with_functor(PyObject *self, PyObject *arg)
{
    Unlocked unlocked;
    Py_ssize_t pages = render(1);
    Owned kept(arg);
    (void)pages;
    return nullptr; // expect: gilray-detached-api-call
}

static PyObject *with_reset(PyObject *self, PyObject *arg)
{
    Py_INCREF(arg);
    Owned kept(arg);
    Unlocked unlocked;
    render(2);
    kept.reset(); // expect: gilray-detached-api-call
    return nullptr;
}

static PyObject *with_function(PyObject *self, PyObject *arg)
{
    Py_INCREF(arg);
    std::unique_ptr<PyObject, decltype(&Py_DecRef)> kept(arg, &Py_DecRef);
    Unlocked unlocked;
    render(3);
    kept.reset(); // expect: gilray-detached-api-call
    return nullptr;
}

static PyMethodDef methods[] = {{"with_functor", with_functor, METH_O, nullptr},
                                {"with_reset", with_reset, METH_O, nullptr},
                                {"with_function", with_function, METH_O, nullptr},
                                {}};
