// corpus: check=gilray-unattached-callback std=c++17
// A functor with an owner of the project in it, given to a thread.
#include <Python.h>
#include <thread>

class Ref {
    PyObject *object_;
public:
    explicit Ref(PyObject *object) : object_(object) { Py_XINCREF(object_); }
    Ref(const Ref &other) : object_(other.object_) { Py_XINCREF(object_); }
    Ref &operator=(const Ref &) = delete;
    ~Ref() { Py_XDECREF(object_); }
    PyObject *get() const { return object_; }
};

struct Notify {
    Ref target;
    int code;
    void operator()() const
    {
        PyGILState_STATE state = PyGILState_Ensure();
        Py_XDECREF(PyObject_CallFunction(target.get(), "i", code)); // ok: gilray-unattached-callback
        PyGILState_Release(state);
    }
};

static PyObject *notify(PyObject *self, PyObject *arg)
{
    std::thread(Notify{Ref(arg), 1}).detach(); // expect: gilray-unattached-callback
    Py_RETURN_NONE;
}

static PyObject *notify_lambda(PyObject *self, PyObject *arg)
{
    Ref target(arg);
    std::thread([target] { // expect: gilray-unattached-callback
        PyGILState_STATE state = PyGILState_Ensure();
        Py_XDECREF(PyObject_CallNoArgs(target.get()));
        PyGILState_Release(state);
    }).detach();
    Py_RETURN_NONE;
}

static PyMethodDef methods[] = {{"notify", notify, METH_O, nullptr}, {"notify_lambda", notify_lambda, METH_O, nullptr}, {}};
