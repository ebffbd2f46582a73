// corpus: check=gilray-detached-api-call std=c++17
// Guards in the style of Shiboken: one that can be given up early, a saver of the thread state, an owner of a reference.
#include <Python.h>

class GilState {
    PyGILState_STATE state_;
    bool locked_ = false;
public:
    GilState() { state_ = PyGILState_Ensure(); locked_ = true; }
    GilState(const GilState &) = delete;
    ~GilState() { release(); }
    void release()
    {
        if (locked_) {
            PyGILState_Release(state_);
            locked_ = false;
        }
    }
};

class ThreadStateSaver {
    PyThreadState *state_ = nullptr;
public:
    ThreadStateSaver() = default;
    ThreadStateSaver(const ThreadStateSaver &) = delete;
    ~ThreadStateSaver() { restore(); }
    void save() { state_ = PyEval_SaveThread(); }
    void restore()
    {
        if (state_) {
            PyEval_RestoreThread(state_);
            state_ = nullptr;
        }
    }
};

class AutoDecRef {
    PyObject *object_;
public:
    explicit AutoDecRef(PyObject *object) : object_(object) {}
    AutoDecRef(const AutoDecRef &) = delete;
    ~AutoDecRef() { Py_XDECREF(object_); }
    operator PyObject *() const { return object_; }
};

extern "C" int widget_show(void *widget);

static PyObject *show(PyObject *self, PyObject *handler)
{
    ThreadStateSaver saver;
    saver.save();
    int shown = widget_show(nullptr);
    AutoDecRef result(PyObject_CallNoArgs(handler)); // expect: gilray-detached-api-call
    saver.restore();
    return PyLong_FromLong(shown);
}

static PyObject *show_nested(PyObject *self, PyObject *handler)
{
    ThreadStateSaver saver;
    saver.save();
    {
        GilState gil;
        AutoDecRef result(PyObject_CallNoArgs(handler)); // ok: gilray-detached-api-call
        gil.release();
    } // expect: gilray-detached-api-call
    saver.restore();
    Py_RETURN_NONE;
}

static PyMethodDef methods[] = {{"show", show, METH_O, nullptr}, {"show_nested", show_nested, METH_O, nullptr}, {}};
