// corpus: check=gilray-stale-thread-state py=3.9..
#include <Python.h>
#include <pthread.h>

static PyThreadState *own;

static void *worker(void *callable)
{
    PyEval_AcquireThread(own);
    PyObject *r = PyObject_CallNoArgs(callable);
    Py_XDECREF(r);
    PyThreadState_Clear(own);
    PyEval_ReleaseThread(own);
    PyThreadState_Delete(own);
    if (!r) {
        PyEval_AcquireThread(own); // expect: gilray-stale-thread-state
        PyErr_Clear();
        PyEval_ReleaseThread(own);
    }
    return NULL;
}

PyObject *start(PyObject *self, PyObject *callable)
{
    pthread_t thread;
    own = PyThreadState_New(PyThreadState_Get()->interp);
    pthread_create(&thread, NULL, worker, callable);
    Py_RETURN_NONE;
}
