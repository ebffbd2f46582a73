// corpus: check=gilray-leaked-lock py=3.9..
// Taken for the caller, also on condition; and a pair of methods that hand the lock to Python code.
#include <Python.h>
#include <pthread.h>

typedef struct {
    PyObject_HEAD
    pthread_mutex_t lock;
    PyThread_type_lock gate;
    int closed, level;
} Gauge;

static int enter(Gauge *g)
{
    pthread_mutex_lock(&g->lock);
    if (g->closed) {
        pthread_mutex_unlock(&g->lock);
        return -1;
    }
    return 0; // ok: gilray-leaked-lock  the caller releases it
}

static PyObject *level(PyObject *op, PyObject *unused)
{
    Gauge *self = (Gauge *)op;
    if (enter(self) < 0)
        return PyErr_Format(PyExc_ValueError, "closed"); // ok: gilray-leaked-lock
    int n = self->level;
    pthread_mutex_unlock(&self->lock);
    return PyLong_FromLong(n);
}

static PyObject *acquire(PyObject *op, PyObject *unused)
{
    Gauge *self = (Gauge *)op;
    Py_BEGIN_ALLOW_THREADS
    PyThread_acquire_lock(self->gate, WAIT_LOCK);
    Py_END_ALLOW_THREADS
    Py_RETURN_NONE; // ok: gilray-leaked-lock  release() gives it back
}

static PyObject *release(PyObject *op, PyObject *unused)
{
    PyThread_release_lock(((Gauge *)op)->gate); // ok: gilray-leaked-lock
    Py_RETURN_NONE;
}

static PyMethodDef methods[] = {
    {"level", level, METH_NOARGS, NULL},
    {"acquire", acquire, METH_NOARGS, NULL},
    {"release", release, METH_NOARGS, NULL},
    {NULL, NULL, 0, NULL},
};
