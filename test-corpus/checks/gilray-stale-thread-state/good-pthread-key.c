// corpus: check=* py=3.9..
// The saved state is kept under a pthread key.
#include <Python.h>
#include <pthread.h>

static pthread_key_t key;

static void leave(void) { pthread_setspecific(key, PyEval_SaveThread()); } // ok: gilray-region-escape  kept under the key

static void enter(void)
{
    PyThreadState *saved = pthread_getspecific(key);
    pthread_setspecific(key, NULL);
    PyEval_RestoreThread(saved); // ok: gilray-stale-thread-state  what leave() stored
}

int churn(int n);

PyObject *work(PyObject *self, PyObject *arg)
{
    int n = (int)PyLong_AsLong(arg);
    leave();
    int rc = churn(n);
    enter();
    return PyLong_FromLong(rc); // ok: gilray-detached-api-call  attached
}

int prepare(void) { return pthread_key_create(&key, NULL); }
