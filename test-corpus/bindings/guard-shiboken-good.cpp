// corpus: check=* std=c++17
#include <Python.h>

class GilState {
    PyGILState_STATE state_;
    bool locked_ = false;
public:
    explicit GilState(bool acquire = true)
    {
        if (acquire)
            this->acquire();
    }
    GilState(const GilState &) = delete;
    ~GilState() { release(); }
    void acquire()
    {
        if (!locked_) {
            state_ = PyGILState_Ensure();
            locked_ = true;
        }
    }
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

extern "C" int widget_show(void *widget);

static PyObject *show(PyObject *self, PyObject *handler)
{
    ThreadStateSaver saver;
    saver.save();
    int shown = widget_show(nullptr);
    saver.restore();
    PyObject *result = PyObject_CallNoArgs(handler); // ok: gilray-*  restored
    Py_XDECREF(result);
    return PyLong_FromLong(shown);
}

static PyObject *show_again(PyObject *self, PyObject *handler)
{
    ThreadStateSaver saver;
    saver.save();
    int shown = widget_show(nullptr);
    {
        GilState gil;
        Py_XDECREF(PyObject_CallNoArgs(handler)); // ok: gilray-*  attached by the guard
    }
    if (shown < 0)
        return saver.restore(), PyErr_SetFromErrno(PyExc_OSError); // ok: gilray-*
    GilState late(false);
    late.acquire();
    PyObject *number = PyLong_FromLong(shown); // ok: gilray-*  acquired
    late.release();
    saver.restore();
    return number;
}

static PyMethodDef methods[] = {{"show", show, METH_O, nullptr}, {"show_again", show_again, METH_O, nullptr}, {}};
