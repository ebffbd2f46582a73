// corpus: check=gilray-lock-across-python py=3.9..
// A lock that its holder may take again, and one that Python code cannot get to.
#include <Python.h>
#include <mutex>
#include <thread>

static std::recursive_mutex lock;
static std::mutex worker_lock;
static PyObject *sink;
static long seen;

static PyObject *push(PyObject *, PyObject *item)
{
    PyObject *result;
    PyThreadState *save = PyEval_SaveThread();
    {
        std::lock_guard<std::recursive_mutex> guard(lock);
        seen++;
        PyEval_RestoreThread(save);
        result = PyObject_CallFunctionObjArgs(sink, item, nullptr); // ok: gilray-lock-across-python  recursive
        save = PyEval_SaveThread();
    }
    PyEval_RestoreThread(save);
    return result;
}

static void work()
{
    std::lock_guard<std::mutex> guard(worker_lock);
    PyGILState_STATE state = PyGILState_Ensure();
    Py_XDECREF(PyObject_CallNoArgs(sink)); // ok: gilray-lock-across-python  only this thread takes the lock
    PyGILState_Release(state);
}

static PyObject *start(PyObject *, PyObject *)
{
    std::thread(work).detach();
    Py_RETURN_NONE;
}

static PyMethodDef methods[] = {
    {"push", push, METH_O, nullptr},
    {"start", start, METH_NOARGS, nullptr},
    {nullptr, nullptr, 0, nullptr},
};
