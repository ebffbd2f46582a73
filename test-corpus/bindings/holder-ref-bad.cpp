// corpus: check=gilray-detached-api-call std=c++17
// An owner of the project: what it does to references is learnt from its constructors, assignments and destructor.
#include <Python.h>
#include <memory>
#include <utility>
#include <vector>

class Ref {
    PyObject *object_ = nullptr;
public:
    Ref() = default;
    static Ref steal(PyObject *object)
    {
        Ref ref;
        ref.object_ = object;
        return ref;
    }
    Ref(const Ref &other) : object_(other.object_) { Py_XINCREF(object_); }
    Ref(Ref &&other) noexcept : object_(std::exchange(other.object_, nullptr)) {}
    Ref &operator=(Ref other) noexcept
    {
        std::swap(object_, other.object_);
        return *this;
    }
    ~Ref() { Py_XDECREF(object_); }
    PyObject *get() const { return object_; }
};

struct Unlocked {
    PyThreadState *state = PyEval_SaveThread();
    ~Unlocked() { PyEval_RestoreThread(state); }
};

struct Handle {
    std::vector<Ref> refs;
    Ref main;
};

extern "C" void poll_device(int ms);

static PyObject *poll_copy(PyObject *self, PyObject *arg)
{
    Py_INCREF(arg);
    Ref mine = Ref::steal(arg);
    Ref other = mine; // ok: gilray-detached-api-call
    Unlocked unlocked;
    Ref second = mine; // expect: gilray-detached-api-call
    poll_device(1);
    return nullptr;
}

static void close_handle(Handle *handle)
{
    Unlocked unlocked;
    delete handle; // expect: gilray-detached-api-call
}

static PyObject *poll_close(PyObject *self, PyObject *arg)
{
    close_handle(static_cast<Handle *>(PyCapsule_GetPointer(arg, "handle")));
    Py_RETURN_NONE;
}

static PyMethodDef methods[] = {{"poll_copy", poll_copy, METH_O, nullptr}, {"poll_close", poll_close, METH_O, nullptr}, {}};
