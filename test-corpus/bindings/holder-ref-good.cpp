// corpus: check=* std=c++17
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
    PyObject *release() { return std::exchange(object_, nullptr); }
};

struct Unlocked {
    PyThreadState *state = PyEval_SaveThread();
    ~Unlocked() { PyEval_RestoreThread(state); }
};

void poll_device(int ms);

static PyObject *poll_moved(PyObject *self, PyObject *arg)
{
    Py_INCREF(arg);
    Ref mine = Ref::steal(arg);
    Ref second;
    {
        Unlocked unlocked;
        poll_device(1);
        Ref third = std::move(mine); // ok: gilray-*  moving counts nothing
        second = std::move(third);   // ok: gilray-detached-api-call  second was empty, and what was in third is in second now
    } // xfail-ok: gilray-detached-api-call what the move constructor leaves in an object whose content is not tested is not known
    return second.release();
}

static PyObject *poll_scoped(PyObject *self, PyObject *arg)
{
    std::vector<Ref> refs;
    Py_INCREF(arg);
    refs.push_back(Ref::steal(arg));
    {
        Unlocked unlocked;
        for (const Ref &ref : refs)
            if (ref.get()) // ok: gilray-*
                poll_device(2);
    }
    Py_RETURN_NONE;
}

static PyMethodDef methods[] = {{"poll_moved", poll_moved, METH_O, nullptr}, {"poll_scoped", poll_scoped, METH_O, nullptr}, {}};
