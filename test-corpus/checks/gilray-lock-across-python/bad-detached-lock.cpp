// corpus: check=gilray-lock-across-python py=3.9..
// Nobody waits attached for the mutex; the callback can come back to it all the same.
#include <Python.h>
#include <mutex>

static std::mutex lock;
static PyObject *filter;
static long seen;

static void take(PyObject *item)
{
    std::lock_guard<std::mutex> guard(lock);
    PyGILState_STATE state = PyGILState_Ensure();
    PyObject *wanted = PyObject_CallFunctionObjArgs(filter, item, nullptr); // expect: gilray-lock-across-python
    seen += wanted == Py_True;
    Py_XDECREF(wanted);
    PyGILState_Release(state);
}

static PyObject *push(PyObject *, PyObject *item)
{
    Py_BEGIN_ALLOW_THREADS
    take(item);
    Py_END_ALLOW_THREADS
    Py_RETURN_NONE;
}

static PyMethodDef methods[] = {{"push", push, METH_O, nullptr}, {nullptr, nullptr, 0, nullptr}};
