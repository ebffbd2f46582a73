#include "rack.h"

int rack_ask(PyObject *callback)
{
    PyObject *answer = PyObject_CallNoArgs(callback);
    int yes = answer == Py_True;
    Py_XDECREF(answer);
    return yes;
}
