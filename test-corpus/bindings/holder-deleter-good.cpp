// corpus: check=* std=c++17
#include <Python.h>
#include <memory>

struct DecRef {
    void operator()(PyObject *object) const { Py_XDECREF(object); }
};
using Owned = std::unique_ptr<PyObject, DecRef>;

// attaches by itself: may die anywhere
struct DecRefAttached {
    void operator()(PyObject *object) const
    {
        PyGILState_STATE state = PyGILState_Ensure();
        Py_XDECREF(object); // ok: gilray-*
        PyGILState_Release(state);
    }
};
using OwnedAnywhere = std::unique_ptr<PyObject, DecRefAttached>;

struct Unlocked {
    PyThreadState *state = PyEval_SaveThread();
    ~Unlocked() { PyEval_RestoreThread(state); }
};

int render(int page);

static PyObject *before_and_after(PyObject *self, PyObject *arg)
{
    Py_INCREF(arg);
    Owned kept(arg);
    {
        Unlocked unlocked;
        render(1);
    }
    return kept.release(); // ok: gilray-*
}

static PyObject *handed_on(PyObject *self, PyObject *arg)
{
    Py_INCREF(arg);
    Owned kept(arg);
    Owned second;
    {
        Unlocked unlocked;
        render(2);
        second = std::move(kept); // ok: gilray-*  second was empty
    }
    return second.release();
}

static PyObject *anywhere(PyObject *self, PyObject *arg)
{
    Py_INCREF(arg);
    Unlocked unlocked;
    OwnedAnywhere kept(arg);
    render(3);
    kept.reset(); // ok: gilray-*
    return nullptr;
} // ok: gilray-*

static PyMethodDef methods[] = {{"before_and_after", before_and_after, METH_O, nullptr},
                                {"handed_on", handed_on, METH_O, nullptr},
                                {"anywhere", anywhere, METH_O, nullptr},
                                {}};
