// corpus: check=gilray-blocking-call-attached py=3.9..
// The method is in one file, what blocks in another.
#include <Python.h>
#include "device.h"

static PyObject *measure(PyObject *self, PyObject *arg)
{
    double value = 0;
    if (device_measure((int)PyLong_AsLong(arg), &value) < 0) // expect: gilray-blocking-call-attached "which reaches 'select'"
        return PyErr_SetFromErrno(PyExc_OSError);
    return PyFloat_FromDouble(value);
}

static PyObject *measure_released(PyObject *self, PyObject *arg)
{
    double value = 0;
    int rc, channel = (int)PyLong_AsLong(arg);
    Py_BEGIN_ALLOW_THREADS
    rc = device_measure(channel, &value);
    Py_END_ALLOW_THREADS
    if (rc < 0)
        return PyErr_SetFromErrno(PyExc_OSError);
    return PyFloat_FromDouble(value);
}

PyMethodDef device_methods[] = {
    {"measure", measure, METH_O, NULL},
    {"measure_released", measure_released, METH_O, NULL},
    {NULL},
};
