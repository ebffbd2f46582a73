// corpus: check=gilray-lock-across-python py=3.13..
// A critical section gives way: the same thread may enter it again, and others while it is detached.
#include <Python.h>

typedef struct {
    PyObject_HEAD
    PyObject *listener;
    long count;
} Topic;

static PyObject *publish(PyObject *op, PyObject *value)
{
    Topic *self = (Topic *)op;
    PyObject *result;
    Py_BEGIN_CRITICAL_SECTION(op);
    self->count++;
    result = PyObject_CallOneArg(self->listener, value); // ok: gilray-lock-across-python
    Py_END_CRITICAL_SECTION();
    return result;
}

static PyMethodDef methods[] = {{"publish", publish, METH_O, NULL}, {NULL, NULL, 0, NULL}};
