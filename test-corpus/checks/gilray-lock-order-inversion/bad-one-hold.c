// corpus: check=gilray-lock-order-inversion py=3.9..
// One function is enough: two threads in it.
#include <Python.h>

static PyThread_type_lock lock;
static PyObject *handlers;

static PyObject *dispatch(PyObject *self, PyObject *event)
{
    PyThread_acquire_lock(lock, WAIT_LOCK); // expect: gilray-lock-order-inversion "two threads that do this deadlock"
    PyObject *result = PyObject_CallFunctionObjArgs(handlers, event, NULL);
    PyThread_release_lock(lock);
    return result;
}

static PyMethodDef methods[] = {{"dispatch", dispatch, METH_O, NULL}, {NULL, NULL, 0, NULL}};
