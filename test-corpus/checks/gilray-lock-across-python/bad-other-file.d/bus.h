#include <Python.h>

void bus_deliver(PyObject *handlers, PyObject *event);
