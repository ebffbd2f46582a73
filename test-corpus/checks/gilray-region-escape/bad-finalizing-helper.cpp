// corpus: check=* py=3.9..
// A helper that asks whether the interpreter finalises excuses nothing on the path where it does not.
#include <Python.h>

#if PY_VERSION_HEX < 0x030d0000
#define Py_IsFinalizing _Py_IsFinalizing
#endif

int block_for_data();

static bool leaving;

static bool down() { return leaving || Py_IsFinalizing(); }
static bool strange() { return leaving && Py_IsFinalizing(); } // true says so, false does not

struct Detached {
    PyThreadState *saved = PyEval_SaveThread();
    int bad = 0;
    ~Detached()
    {
        if (!down() && !bad)
            PyEval_RestoreThread(saved);
    }
};

static PyObject *one_way(PyObject *, PyObject *)
{
    {
        Detached d;
        d.bad = block_for_data();
    }
    return nullptr; // expect: gilray-region-escape "returns while the thread state is released"
}

static PyObject *other_way(PyObject *, PyObject *)
{
    PyThreadState *saved = PyEval_SaveThread();
    block_for_data();
    if (strange())
        PyEval_RestoreThread(saved);
    return nullptr; // expect: gilray-region-escape
}

PyMethodDef methods[] = {{"one_way", one_way, METH_NOARGS, nullptr}, {"other_way", other_way, METH_NOARGS, nullptr}, {}};
