#include <Python.h>
#include "meter.h"

static int ask(int channel)
{
    int value;
    Py_BEGIN_ALLOW_THREADS
    value = meter_query(channel);
    Py_END_ALLOW_THREADS
    return value;
}

PyObject *second(PyObject *self, PyObject *unused)
{
    return PyLong_FromLong(ask(2));
}

PyObject *third(PyObject *self, PyObject *unused)
{
    int value;
    Py_BEGIN_ALLOW_THREADS
    value = meter_query(3);
    Py_END_ALLOW_THREADS
    return PyLong_FromLong(value);
}

PyObject *fourth(PyObject *self, PyObject *unused)
{
    int value;
    Py_BEGIN_ALLOW_THREADS
    value = meter_query(4);
    Py_END_ALLOW_THREADS
    return PyLong_FromLong(value);
}
