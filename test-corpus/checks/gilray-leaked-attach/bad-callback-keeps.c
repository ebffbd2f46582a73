// corpus: check=gilray-leaked-attach,gilray-detached-api-call py=2.7..3.12 variants=gil
// A callback of a library that attaches with a thread state of its own. It returns in several ways; whatever it
// returns, the library does not detach for it.
#include <Python.h>
#include <pthread.h>

static PyInterpreterState *interp;
static PyObject *callback;

#define LOCK()                                                                                                         \
    PyThreadState *state = NULL;                                                                                       \
    if (interp) {                                                                                                      \
        state = PyThreadState_New(interp);                                                                             \
        PyEval_AcquireThread(state);                                                                                   \
    }
#define UNLOCK()                                                                                                       \
    if (interp) {                                                                                                      \
        PyThreadState_Clear(state);                                                                                    \
        PyEval_ReleaseThread(state);                                                                                   \
        PyThreadState_Delete(state);                                                                                   \
    }

static void *forgets(void *arg)
{
    long result = -1;
    LOCK()
    PyObject *v = PyObject_CallObject(callback, NULL);
    if (!v) {
        PyErr_Print();
        goto out;
    }
    if (v != Py_None)
        return arg; // expect: gilray-leaked-attach "returns here while it is still attached"
    result = 0;
    Py_DECREF(v);
out:
    UNLOCK()
    return (void *)result;
}

static void *releases(void *arg)
{
    long result = -1;
    LOCK()
    PyObject *v = PyObject_CallObject(callback, NULL);
    if (!v) {
        PyErr_Print();
        goto out;
    }
    result = 0;
    Py_DECREF(v);
out:
    UNLOCK()
    return (void *)result; // ok: gilray-leaked-attach  one return for both: the condition decided before
}

PyObject *start(PyObject *self, PyObject *args)
{
    pthread_t thread;
    interp = PyThreadState_Get()->interp;
    pthread_create(&thread, NULL, forgets, NULL);
    pthread_create(&thread, NULL, releases, NULL);
    Py_RETURN_NONE;
}
