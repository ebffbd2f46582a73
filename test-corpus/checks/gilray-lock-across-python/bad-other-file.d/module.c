// corpus: check=gilray-lock-across-python py=3.13..
#include "bus.h"

static PyMutex lock;
static PyObject *handlers;

static PyObject *send(PyObject *self, PyObject *event)
{
    PyMutex_Lock(&lock);
    bus_deliver(handlers, event); // expect: gilray-lock-across-python "'bus_deliver' runs Python code"
    PyMutex_Unlock(&lock);
    Py_RETURN_NONE;
}

static PyMethodDef methods[] = {{"send", send, METH_O, NULL}, {NULL, NULL, 0, NULL}};
