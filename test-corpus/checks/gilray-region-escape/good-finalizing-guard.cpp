// corpus: check=* py=3.9..
// PyEval_RestoreThread does not return while the interpreter finalises: guards ask first, by themselves or by a helper.
#include <Python.h>

#if PY_VERSION_HEX < 0x030d0000
#define Py_IsFinalizing _Py_IsFinalizing
#endif

void block_for_data();

static bool leaving; // set by an atexit handler

static bool down() { return leaving || Py_IsFinalizing(); }
static int running() { return !leaving && !Py_IsFinalizing(); }

struct Asks {
    PyThreadState *saved = nullptr;
    Asks()
    {
        if (!Py_IsFinalizing())
            saved = PyEval_SaveThread();
    }
    ~Asks()
    {
        if (saved && !Py_IsFinalizing())
            PyEval_RestoreThread(saved);
    }
};

struct Helper {
    PyThreadState *saved = nullptr;
    Helper()
    {
        if (!down())
            saved = PyEval_SaveThread();
    }
    ~Helper()
    {
        if (saved && running())
            PyEval_RestoreThread(saved);
    }
};

static PyObject *asks(PyObject *, PyObject *)
{
    {
        Asks detached;
        block_for_data();
    }
    return PyLong_FromLong(1); // ok: gilray-*  attached, or the process ends
}

static PyObject *helper(PyObject *, PyObject *)
{
    {
        Helper detached;
        block_for_data();
    }
    return PyLong_FromLong(1); // ok: gilray-*
}

PyMethodDef methods[] = {{"asks", asks, METH_NOARGS, nullptr}, {"helper", helper, METH_NOARGS, nullptr}, {}};
