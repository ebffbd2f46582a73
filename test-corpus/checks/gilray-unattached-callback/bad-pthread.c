// corpus: check=gilray-unattached-callback py=3.9..
#include <Python.h>
#include <pthread.h>

static void *worker(void *arg)
{
    PyObject *callback = arg;
    PyObject *r = PyObject_CallNoArgs(callback); // expect: gilray-unattached-callback "'worker' is started"
    Py_XDECREF(r); // ok: gilray-unattached-callback  a note of the finding above
    return NULL;
}

PyObject *start(PyObject *self, PyObject *callback)
{
    pthread_t thread;
    Py_INCREF(callback);
    if (pthread_create(&thread, NULL, worker, callback))
        return PyErr_SetFromErrno(PyExc_OSError);
    pthread_detach(thread);
    Py_RETURN_NONE;
}
