// corpus: check=* py=3.9..
// SWIG's guard classes, as it writes them into C++ wrappers: end() early, or the destructor.
#include <Python.h>

class SWIG_Python_Thread_Allow {
    bool status;
    PyThreadState *save;
public:
    void end() { if (status) { status = false; PyEval_RestoreThread(save); } }
    SWIG_Python_Thread_Allow() : status(true), save(PyEval_SaveThread()) {}
    ~SWIG_Python_Thread_Allow() { end(); }
};
class SWIG_Python_Thread_Block {
    bool status;
    PyGILState_STATE state;
public:
    void end() { if (status) { PyGILState_Release(state); status = false; } }
    SWIG_Python_Thread_Block() : status(true), state(PyGILState_Ensure()) {}
    ~SWIG_Python_Thread_Block() { end(); }
};

double gear_ratio(int gear);

PyObject *_wrap_gear_ratio(PyObject *, PyObject *arg)
{
    SWIG_Python_Thread_Block _swig_thread_block;
    double result;
    int gear = (int)PyLong_AsLong(arg);
    {
        SWIG_Python_Thread_Allow _swig_thread_allow;
        result = gear_ratio(gear);
        _swig_thread_allow.end();
    }
    PyObject *resultobj = PyFloat_FromDouble(result); // ok: gilray-detached-api-call  after end()
    _swig_thread_block.end();
    return resultobj; // ok: gilray-leaked-attach
}
