// corpus: check=gilray-leaked-attach py=3.9..
// A thread with its own thread state ends without giving it back.
#include <Python.h>
#include <pthread.h>

struct job {
    PyInterpreterState *interp;
    PyObject *callable;
};

static void *worker(void *arg)
{
    struct job *job = arg;
    PyThreadState *own = PyThreadState_New(job->interp);
    PyEval_AcquireThread(own);
    PyObject *r = PyObject_CallNoArgs(job->callable);
    if (!r) {
        PyErr_Clear();
        return NULL; // expect: gilray-leaked-attach
    }
    Py_DECREF(r);
    PyThreadState_Clear(own);
    PyThreadState_DeleteCurrent();
    return NULL; // ok: gilray-leaked-attach  the state was deleted
}

PyObject *start(PyObject *self, PyObject *callable)
{
    static struct job job;
    pthread_t thread;
    job.interp = PyThreadState_Get()->interp;
    job.callable = callable;
    Py_INCREF(callable);
    pthread_create(&thread, NULL, worker, &job);
    Py_RETURN_NONE;
}
