// corpus: check=* std=c++17
#include <Python.h>
#include <thread>

class Ref {
    PyObject *object_;
public:
    explicit Ref(PyObject *object) : object_(object) { Py_XINCREF(object_); }
    Ref(const Ref &other) : object_(other.object_)
    {
        PyGILState_STATE state = PyGILState_Ensure();
        Py_XINCREF(object_); // ok: gilray-*
        PyGILState_Release(state);
    }
    Ref &operator=(const Ref &) = delete;
    ~Ref()
    {
        PyGILState_STATE state = PyGILState_Ensure();
        Py_XDECREF(object_); // ok: gilray-*
        PyGILState_Release(state);
    }
    PyObject *get() const { return object_; }
};

struct Notify {
    Ref target;
    int code;
    void operator()() const
    {
        PyGILState_STATE state = PyGILState_Ensure();
        Py_XDECREF(PyObject_CallFunction(target.get(), "i", code)); // ok: gilray-*
        PyGILState_Release(state);
    }
};

static PyObject *notify(PyObject *self, PyObject *arg)
{
    std::thread(Notify{Ref(arg), 1}).detach(); // ok: gilray-*  copies and dies attached
    Ref target(arg);
    std::thread([target] { // ok: gilray-*
        PyGILState_STATE state = PyGILState_Ensure();
        Py_XDECREF(PyObject_CallNoArgs(target.get()));
        PyGILState_Release(state);
    }).detach();
    Py_RETURN_NONE;
}

static PyMethodDef methods[] = {{"notify", notify, METH_O, nullptr}, {}};
