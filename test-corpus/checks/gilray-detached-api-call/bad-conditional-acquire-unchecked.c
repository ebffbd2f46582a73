// corpus: check=* py=3.9..
// The same conditional acquire, its result ignored: on failure the callback goes on detached.
#include <Python.h>

typedef struct {
    PyThreadState *state; // null while no transfer runs
    PyObject *callback;
} transfer;

int transfer_perform(transfer *t, int (*on_data)(transfer *, const char *, size_t));

static int acquire(transfer *t)
{
    if (t->state == NULL)
        return 0;
    PyEval_AcquireThread(t->state);
    return 1;
}

static void release(transfer *t)
{
    if (t->state)
        PyEval_ReleaseThread(t->state);
}

static int on_data(transfer *t, const char *data, size_t n)
{
    acquire(t);
    PyObject *r = PyObject_CallFunction(t->callback, "y#", data, (Py_ssize_t)n); // expect: gilray-unattached-callback
    int rc = r ? 0 : -1;
    Py_XDECREF(r);
    release(t);
    return rc;
}

PyObject *perform(PyObject *self, PyObject *callback)
{
    transfer t = {NULL, callback};
    int rc;
    Py_BEGIN_ALLOW_THREADS
    rc = transfer_perform(&t, on_data);
    Py_END_ALLOW_THREADS
    return PyLong_FromLong(rc);
}
