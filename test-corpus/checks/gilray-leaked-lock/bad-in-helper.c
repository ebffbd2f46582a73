// corpus: check=gilray-leaked-lock py=3.9..
// Wrappers of the project; the helper between them and the method forgets the lock on one path.
#include <Python.h>
#include <pthread.h>

typedef struct {
    PyObject_HEAD
    pthread_mutex_t lock;
    int closed, level;
} Gauge;

static void gauge_lock(Gauge *g) { pthread_mutex_lock(&g->lock); } // ok: gilray-leaked-lock  a wrapper
static void gauge_unlock(Gauge *g) { pthread_mutex_unlock(&g->lock); }

static int read_level(Gauge *g, int *level)
{
    gauge_lock(g);
    if (g->closed)
        return -1; // expect: gilray-leaked-lock
    *level = g->level;
    gauge_unlock(g);
    return 0;
}

static PyObject *level(PyObject *op, PyObject *unused)
{
    int n;
    if (read_level((Gauge *)op, &n) < 0)
        return PyErr_Format(PyExc_ValueError, "closed"); // ok: gilray-leaked-lock  told at the helper
    return PyLong_FromLong(n);
}

static PyObject *close_gauge(PyObject *op, PyObject *unused)
{
    gauge_lock((Gauge *)op);
    ((Gauge *)op)->closed = 1;
    gauge_unlock((Gauge *)op);
    Py_RETURN_NONE;
}

static PyMethodDef methods[] = {
    {"level", level, METH_NOARGS, NULL},
    {"close", close_gauge, METH_NOARGS, NULL},
    {NULL, NULL, 0, NULL},
};
