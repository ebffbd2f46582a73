// corpus: check=* py=3.9..
// A thread_local stack depth decides whether to release; nested calls keep the state of the outermost.
#include <Python.h>

static thread_local PyThreadState *suspended = nullptr;

class Suspend {
    bool mine;
public:
    Suspend() : mine(suspended == nullptr)
    {
        if (mine)
            suspended = PyEval_SaveThread(); // ok: gilray-double-detach  only if it is attached
    }
    Suspend(const Suspend &) = delete;
    ~Suspend()
    {
        if (mine) {
            PyEval_RestoreThread(suspended); // ok: gilray-stale-thread-state  what the constructor stored
            suspended = nullptr;
        }
    }
};

extern "C" int churn(int n);

static int inner(int n)
{
    Suspend s;
    return churn(n);
}

PyObject *outer(PyObject *, PyObject *arg)
{
    int rc, n = (int)PyLong_AsLong(arg);
    {
        Suspend s;
        rc = churn(n);
    }
    rc += inner(n);
    return PyLong_FromLong(rc); // ok: gilray-*  attached
}
