// corpus: check=gilray-blocking-wait-attached py=3.9..
// A lock that Python code takes and gives back: acquire() keeps the GIL, release() needs it.
#include <Python.h>

typedef struct {
    PyObject_HEAD
    PyThread_type_lock lock;
} Gate;

static PyObject *acquire(PyObject *op, PyObject *unused)
{
    PyThread_acquire_lock(((Gate *)op)->lock, WAIT_LOCK); // expect: gilray-blocking-wait-attached "whoever releases it"
    Py_RETURN_NONE;
}

static PyObject *release(PyObject *op, PyObject *unused)
{
    PyThread_release_lock(((Gate *)op)->lock);
    Py_RETURN_NONE;
}

static PyMethodDef methods[] = {
    {"acquire", acquire, METH_NOARGS, NULL},
    {"release", release, METH_NOARGS, NULL},
    {NULL, NULL, 0, NULL},
};
