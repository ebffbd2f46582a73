// corpus: check=gilray-detached-api-call py=3.9.. severity=note
#include <Python.h>

unsigned checksum(const char *data, Py_ssize_t n);

PyObject *crc(PyObject *self, PyObject *data)
{
    unsigned sum;
    if (!PyBytes_Check(data))
        return PyErr_Format(PyExc_TypeError, "bytes expected");
    Py_BEGIN_ALLOW_THREADS
    sum = checksum(PyBytes_AS_STRING(data), 16); // expect: gilray-detached-api-call "PyBytes_AS_STRING"
    Py_END_ALLOW_THREADS
    return PyLong_FromUnsignedLong(sum);
}
