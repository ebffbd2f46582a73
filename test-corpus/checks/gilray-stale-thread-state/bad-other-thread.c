// corpus: check=gilray-stale-thread-state py=3.9..
// The creator saves its own thread state and the new thread restores it.
#include <Python.h>
#include <pthread.h>

struct job {
    PyThreadState *saved;
    PyObject *callable;
};

static void *worker(void *arg)
{
    struct job *job = arg;
    PyEval_RestoreThread(job->saved); // expect: gilray-stale-thread-state
    PyObject *r = PyObject_CallNoArgs(job->callable);
    if (!r)
        PyErr_Clear();
    Py_XDECREF(r);
    job->saved = PyEval_SaveThread();
    return NULL;
}

PyObject *run(PyObject *self, PyObject *callable)
{
    struct job job = {NULL, callable};
    pthread_t thread;
    job.saved = PyEval_SaveThread();
    pthread_create(&thread, NULL, worker, &job);
    pthread_join(thread, NULL);
    PyEval_RestoreThread(job.saved);
    Py_RETURN_NONE;
}
