#include "bus.h"

void bus_deliver(PyObject *handlers, PyObject *event)
{
    Py_ssize_t n = PyTuple_GET_SIZE(handlers);
    for (Py_ssize_t i = 0; i < n; i++)
        Py_XDECREF(PyObject_CallOneArg(PyTuple_GET_ITEM(handlers, i), event));
}
