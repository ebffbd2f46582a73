// corpus: check=* py=3.9..
// The right form: a thread state of its own for the thread.
#include <Python.h>
#include <pthread.h>

struct job {
    PyInterpreterState *interp;
    PyObject *callable;
};

static void *worker(void *arg)
{
    struct job *job = arg;
    PyThreadState *own = PyThreadState_New(job->interp); // ok: gilray-unattached-callback  needs no attached state
    PyEval_AcquireThread(own);                           // ok: gilray-stale-thread-state
    PyObject *r = PyObject_CallNoArgs(job->callable);    // ok: gilray-unattached-callback  attached
    if (!r)
        PyErr_Clear();
    Py_XDECREF(r);
    PyThreadState_Clear(own);
    PyThreadState_DeleteCurrent();
    return NULL;
}

PyObject *run(PyObject *self, PyObject *callable)
{
    struct job job = {PyThreadState_Get()->interp, callable};
    pthread_t thread;
    Py_BEGIN_ALLOW_THREADS
    pthread_create(&thread, NULL, worker, &job);
    pthread_join(thread, NULL);
    Py_END_ALLOW_THREADS
    Py_RETURN_NONE; // ok: gilray-detached-api-call
}
