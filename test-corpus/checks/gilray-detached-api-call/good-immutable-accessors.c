// corpus: check=gilray-detached-api-call py=3.9..
// Field accessors of immutable objects that the caller owns read memory that cannot change: a note, off by default.
#include <Python.h>

unsigned checksum(const char *data, Py_ssize_t n);

PyObject *crc(PyObject *self, PyObject *args)
{
    PyObject *data, *scale;
    unsigned sum;
    double factor;
    if (!PyArg_ParseTuple(args, "SO!", &data, &PyFloat_Type, &scale))
        return NULL;
    Py_BEGIN_ALLOW_THREADS
    sum = checksum(PyBytes_AS_STRING(data), PyBytes_GET_SIZE(data)); // ok: gilray-detached-api-call  immutable
    factor = PyFloat_AS_DOUBLE(scale); // ok: gilray-detached-api-call  immutable
    Py_END_ALLOW_THREADS
    return PyFloat_FromDouble(factor * sum);
}
