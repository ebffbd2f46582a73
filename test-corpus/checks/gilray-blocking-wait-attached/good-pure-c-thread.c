// corpus: check=gilray-blocking-wait-attached py=3.9..
// The thread runs only C, and the condition is signalled by it: waiting attached is slow, but ends.
#include <Python.h>
#include <pthread.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t done = PTHREAD_COND_INITIALIZER;
static int finished;

static void *compress(void *context)
{
    pthread_mutex_lock(&lock);
    finished = 1;
    pthread_cond_signal(&done);
    pthread_mutex_unlock(&lock);
    return NULL;
}

static PyObject *run(PyObject *self, PyObject *unused)
{
    pthread_t thread;
    pthread_create(&thread, NULL, compress, NULL);
    pthread_mutex_lock(&lock);
    while (!finished)
        pthread_cond_wait(&done, &lock); // ok: gilray-blocking-wait-attached  signalled by a thread without Python
    pthread_mutex_unlock(&lock);
    pthread_join(thread, NULL); // ok: gilray-blocking-wait-attached  the thread never attaches
    Py_RETURN_NONE;
}

static PyMethodDef methods[] = {{"run", run, METH_NOARGS, NULL}, {NULL, NULL, 0, NULL}};
