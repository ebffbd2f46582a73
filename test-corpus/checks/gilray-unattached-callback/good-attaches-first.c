// corpus: check=* py=3.9..
#include <Python.h>
#include <pthread.h>

int sample(void);

static void *worker(void *arg)
{
    int value;
    while ((value = sample()) >= 0) {
        PyGILState_STATE gil = PyGILState_Ensure();
        PyObject *r = PyObject_CallFunction(arg, "i", value); // ok: gilray-unattached-callback  attached
        if (!r)
            PyErr_WriteUnraisable(arg);
        Py_XDECREF(r);
        PyGILState_Release(gil);
    }
    return NULL;
}

PyObject *start(PyObject *self, PyObject *callback)
{
    pthread_t thread;
    Py_INCREF(callback);
    pthread_create(&thread, NULL, worker, callback);
    Py_RETURN_NONE;
}
