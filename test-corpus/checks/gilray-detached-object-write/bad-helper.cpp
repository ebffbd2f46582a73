// corpus: check=gilray-detached-object-write py=3.9..
// The store is in a C++ method that the released region calls.
#include <Python.h>

struct Meter {
    PyObject_HEAD
    double value;
    void refresh(double v)
    {
        value = v; // expect: gilray-detached-object-write "value"; expect(nogil): gilray-unguarded-field "value"
    }
};

double sample();

static PyObject *meter_refresh(PyObject *op, PyObject *)
{
    Meter *self = reinterpret_cast<Meter *>(op);
    Py_BEGIN_ALLOW_THREADS
    self->refresh(sample());
    Py_END_ALLOW_THREADS
    Py_RETURN_NONE;
}

static PyObject *meter_value(PyObject *op, PyObject *)
{
    return PyFloat_FromDouble(reinterpret_cast<Meter *>(op)->value);
}

PyMethodDef meter_methods[] = {{"refresh", meter_refresh, METH_NOARGS, nullptr},
                               {"value", meter_value, METH_NOARGS, nullptr},
                               {nullptr, nullptr, 0, nullptr}};
