// corpus: check=* py=3.9..
// The thread macros that SWIG writes into its C wrappers.
#include <Python.h>

#define SWIG_PYTHON_THREAD_BEGIN_BLOCK PyGILState_STATE _swig_thread_block = PyGILState_Ensure()
#define SWIG_PYTHON_THREAD_END_BLOCK PyGILState_Release(_swig_thread_block)
#define SWIG_PYTHON_THREAD_BEGIN_ALLOW PyThreadState *_swig_thread_allow = PyEval_SaveThread()
#define SWIG_PYTHON_THREAD_END_ALLOW PyEval_RestoreThread(_swig_thread_allow)

double gear_ratio(int gear);

PyObject *_wrap_gear_ratio(PyObject *self, PyObject *args)
{
    PyObject *resultobj = 0;
    int gear;
    if (!PyArg_ParseTuple(args, "i", &gear))
        return NULL;
    double result;
    {
        SWIG_PYTHON_THREAD_BEGIN_ALLOW;
        result = gear_ratio(gear);
        SWIG_PYTHON_THREAD_END_ALLOW;
    }
    resultobj = PyFloat_FromDouble(result); // ok: gilray-detached-api-call  after END_ALLOW
    return resultobj;
}

int director_call(PyObject *target)
{
    SWIG_PYTHON_THREAD_BEGIN_BLOCK;
    PyObject *r = PyObject_CallMethod(target, "step", NULL);
    int rc = r ? 0 : -1;
    Py_XDECREF(r); // ok: gilray-detached-api-call  before END_BLOCK
    SWIG_PYTHON_THREAD_END_BLOCK;
    return rc; // ok: gilray-leaked-attach
}
