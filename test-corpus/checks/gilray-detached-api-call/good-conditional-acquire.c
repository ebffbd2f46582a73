// corpus: check=gilray-detached-api-call py=3.9..
// A conditional acquire whose callers return early when it fails.
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

static void release(transfer *t) { PyEval_ReleaseThread(t->state); }

static int on_data(transfer *t, const char *data, size_t n)
{
    if (!acquire(t))
        return -1; // ok: gilray-leaked-attach  nothing was acquired
    PyObject *r = PyObject_CallFunction(t->callback, "y#", data, (Py_ssize_t)n); // ok: gilray-*  acquired
    int rc = r ? 0 : -1;
    Py_XDECREF(r); // ok: gilray-*  acquired
    release(t);
    return rc;
}

PyObject *perform(PyObject *self, PyObject *callback)
{
    transfer t = {NULL, callback};
    int rc;
    t.state = PyThreadState_Get();
    Py_BEGIN_ALLOW_THREADS
    rc = transfer_perform(&t, on_data);
    Py_END_ALLOW_THREADS
    t.state = NULL;
    return PyLong_FromLong(rc);
}
