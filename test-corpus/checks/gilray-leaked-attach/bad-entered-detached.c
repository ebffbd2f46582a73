// corpus: check=gilray-leaked-attach py=3.9..
// The program around calls these functions detached. One path forgets to give the thread state up again.
#include <Python.h>
#include <pthread.h>

static pthread_key_t state_key;

static void gil_take(void)
{
    PyEval_RestoreThread((PyThreadState *)pthread_getspecific(state_key));
}

static void gil_give(void)
{
    pthread_setspecific(state_key, PyEval_SaveThread());
}

int call_python(PyObject *function, int count)
{
    gil_take();
    PyObject *args = PyTuple_New(count);
    if (!args)
        return 0; // expect: gilray-leaked-attach "is entered detached, and returns here while it is still attached"
    PyObject *result = PyObject_Call(function, args, NULL);
    Py_DECREF(args);
    if (!result) {
        gil_give();
        return 0; // ok: gilray-leaked-attach
    }
    Py_DECREF(result);
    gil_give();
    return 1; // ok: gilray-leaked-attach
}

int enter_python(PyObject *function)
{
    gil_take();
    if (!PyCallable_Check(function)) {
        gil_give();
        return 0;
    }
    return 1; // ok: gilray-leaked-attach  the caller is told that it is attached
}

void prepare(int worker)
{
    if (worker)
        gil_take();
    PyObject *module = PyImport_ImportModule("worker");
    Py_XDECREF(module);
    if (worker)
        gil_give();
} // ok: gilray-leaked-attach
