// corpus: check=gilray-blocking-wait-attached py=3.9..
// get() waits attached until somebody calls put(), which Python calls attached.
#include <Python.h>
#include <pthread.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t filled = PTHREAD_COND_INITIALIZER;
static int items;

static PyObject *get(PyObject *self, PyObject *unused)
{
    pthread_mutex_lock(&lock);
    while (items == 0)
        pthread_cond_wait(&filled, &lock); // expect: gilray-blocking-wait-attached "has to attach first"
    items--;
    pthread_mutex_unlock(&lock);
    Py_RETURN_NONE;
}

static PyObject *put(PyObject *self, PyObject *unused)
{
    pthread_mutex_lock(&lock);
    items++;
    pthread_cond_signal(&filled);
    pthread_mutex_unlock(&lock);
    Py_RETURN_NONE;
}

static PyMethodDef methods[] = {
    {"get", get, METH_NOARGS, NULL},
    {"put", put, METH_NOARGS, NULL},
    {NULL, NULL, 0, NULL},
};
