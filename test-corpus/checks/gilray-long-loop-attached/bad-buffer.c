// corpus: check=gilray-long-loop-attached py=3.9.. severity=note
// Loops over what the caller hands over.
#include <Python.h>

PyObject *energy(PyObject *self, PyObject *arg)
{
    Py_buffer view;
    double total = 0;
    if (PyObject_GetBuffer(arg, &view, PyBUF_SIMPLE) < 0)
        return NULL;
    const double *items = view.buf;
    Py_ssize_t n = view.len / 8;
    for (Py_ssize_t i = 0; i < n; i++) // expect: gilray-long-loop-attached "'n'"
        total += items[i] * items[i];
    PyBuffer_Release(&view);
    return PyFloat_FromDouble(total);
}

static unsigned checksum(const unsigned char *p, Py_ssize_t n)
{
    unsigned sum = 1;
    for (Py_ssize_t i = 0; i < n; i++) // expect: gilray-long-loop-attached "'n'"
        sum = sum * 31 + p[i];
    return sum;
}

PyObject *digest(PyObject *self, PyObject *arg)
{
    char *text;
    Py_ssize_t size;
    if (PyBytes_AsStringAndSize(arg, &text, &size) < 0)
        return NULL;
    return PyLong_FromUnsignedLong(checksum((const unsigned char *)text, size));
}

PyObject *smooth(PyObject *self, PyObject *args)
{
    const char *data;
    Py_ssize_t size;
    unsigned total = 0;
    if (!PyArg_ParseTuple(args, "y#", &data, &size))
        return NULL;
    for (Py_ssize_t i = 1; i < size; i++) // expect: gilray-long-loop-attached
        for (int k = 0; k < 2; k++)       // ok: gilray-long-loop-attached  told with the outer one
            total += data[i - k] * 3;
    return PyLong_FromUnsignedLong(total);
}
