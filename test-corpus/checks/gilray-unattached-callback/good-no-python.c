// corpus: check=* py=3.9..
// A thread in pure C, with raw memory and a pending call.
#include <Python.h>
#include <pthread.h>
#include <string.h>

static int deliver(void *arg)
{
    PyErr_WarnEx(PyExc_RuntimeWarning, arg, 1); // ok: gilray-*  pending calls run attached
    PyMem_RawFree(arg);
    return 0;
}

static void *worker(void *arg)
{
    char *copy = PyMem_RawMalloc(64); // ok: gilray-unattached-callback  the raw domain
    if (copy) {
        strncpy(copy, arg, 63);
        copy[63] = 0;
        Py_AddPendingCall(deliver, copy); // ok: gilray-unattached-callback  needs no thread state
    }
    return NULL;
}

PyObject *start(PyObject *self, PyObject *args)
{
    pthread_t thread;
    pthread_create(&thread, NULL, worker, "text");
    Py_RETURN_NONE;
}
