// corpus: check=gilray-lock-order-inversion py=3.9..
// The worker attaches under the lock; a method waits for the lock without detaching.
#include <Python.h>
#include <pthread.h>

typedef struct {
    PyObject_HEAD
    pthread_mutex_t lock;
    PyObject *listener;
    int level;
} Gauge;

static void *measure(void *context)
{
    Gauge *gauge = context;
    pthread_mutex_lock(&gauge->lock);
    gauge->level++;
    PyGILState_STATE state = PyGILState_Ensure();
    Py_XDECREF(PyObject_CallNoArgs(gauge->listener));
    PyGILState_Release(state);
    pthread_mutex_unlock(&gauge->lock);
    return NULL;
}

static PyObject *start(PyObject *op, PyObject *unused)
{
    pthread_t thread;
    Py_INCREF(op);
    pthread_create(&thread, NULL, measure, op);
    pthread_detach(thread);
    Py_RETURN_NONE;
}

static PyObject *level(PyObject *op, PyObject *unused)
{
    Gauge *self = (Gauge *)op;
    pthread_mutex_lock(&self->lock); // expect: gilray-lock-order-inversion "attaches holding it"
    int n = self->level;
    pthread_mutex_unlock(&self->lock);
    return PyLong_FromLong(n);
}

static PyMethodDef methods[] = {
    {"start", start, METH_NOARGS, NULL},
    {"level", level, METH_NOARGS, NULL},
    {NULL, NULL, 0, NULL},
};
