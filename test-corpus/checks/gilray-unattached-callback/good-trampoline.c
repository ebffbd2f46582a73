// corpus: check=* py=3.9..
// The thread's entry attaches and hands over to helpers that need the lock.
#include <Python.h>
#include <pthread.h>

struct job {
    PyObject *callable;
    PyObject *result;
};

static void run_attached(struct job *job)
{
    job->result = PyObject_CallNoArgs(job->callable); // ok: gilray-unattached-callback  its only caller attaches
    if (!job->result)
        PyErr_WriteUnraisable(job->callable); // ok: gilray-unattached-callback
}

static void *entry(void *arg)
{
    PyGILState_STATE gil = PyGILState_Ensure();
    run_attached(arg);
    PyGILState_Release(gil);
    return NULL;
}

PyObject *spawn(PyObject *self, PyObject *callable)
{
    static struct job job;
    pthread_t thread;
    Py_INCREF(callable);
    job.callable = callable;
    if (pthread_create(&thread, NULL, entry, &job))
        return PyErr_NoMemory();
    Py_BEGIN_ALLOW_THREADS
    pthread_join(thread, NULL);
    Py_END_ALLOW_THREADS
    return job.result; // ok: gilray-*
}
