// corpus: check=* py=3.9..
// A tuple that was just made, and the bytes of an object that nobody else has: the usual way to fill them.
#include <Python.h>

void fill(char *to, Py_ssize_t n);
PyObject **prepared(Py_ssize_t n);

static PyObject *sample(PyObject *op, PyObject *arg)
{
    Py_ssize_t n = PyLong_AsSsize_t(arg);
    PyObject *bytes = PyBytes_FromStringAndSize(NULL, n);
    PyListObject *list = (PyListObject *)PyList_New(1);
    char *to;
    if (!bytes || !list) {
        Py_XDECREF(bytes);
        Py_XDECREF((PyObject *)list);
        return NULL;
    }
    to = PyBytes_AS_STRING(bytes);
    Py_BEGIN_ALLOW_THREADS
    fill(to, n);
    to[0] = 1; // ok: gilray-detached-object-write  nobody else has these bytes yet
    list->ob_item[0] = bytes; // ok: gilray-detached-object-write  nor this list
    Py_END_ALLOW_THREADS
    return (PyObject *)list;
}

PyMethodDef sample_methods[] = {{"sample", sample, METH_O, NULL}, {NULL, NULL, 0, NULL}};
