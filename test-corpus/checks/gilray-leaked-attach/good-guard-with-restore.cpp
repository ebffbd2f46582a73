// corpus: check=gilray-leaked-attach py=3.9.. std=c++17
// The guard gives back in a function of its own, once.
#include <Python.h>

struct Guard {
    PyGILState_STATE State;
    bool Active;
    Guard() : State(PyGILState_Ensure()), Active(true) {}
    void restore()
    {
        PyGILState_Release(State);
        Active = false;
    }
    ~Guard()
    {
        if (Active)
            restore();
    }
};

void drop(PyObject *Object)
{
    Guard G;
    Py_XDECREF(Object);
} // ok: gilray-leaked-attach

void dropEarly(PyObject *Object)
{
    Guard G;
    Py_XDECREF(Object);
    G.restore();
} // ok: gilray-leaked-attach
