// corpus: check=gilray-double-lock py=3.9..
// The helper takes the lock on one of its paths: a warning.
#include <Python.h>

static PyThread_type_lock lock;
static int count, dirty;

static void flush(void)
{
    if (!dirty)
        return;
    PyThread_acquire_lock(lock, WAIT_LOCK);
    dirty = 0;
    PyThread_release_lock(lock);
}

static PyObject *add(PyObject *self, PyObject *unused)
{
    PyThread_acquire_lock(lock, WAIT_LOCK);
    count++;
    flush(); // expect: gilray-double-lock "may wait for"
    PyThread_release_lock(lock);
    Py_RETURN_NONE;
}

static PyMethodDef methods[] = {{"add", add, METH_NOARGS, NULL}, {NULL, NULL, 0, NULL}};
