// corpus: check=gilray-shared-handle-detached py=3.9..
// Two threads in one compressor: the helper that releases only gets the handle.
#include <Python.h>

typedef struct press press;
int press_push(press *p, const char *data, Py_ssize_t size);

typedef struct {
    PyObject_HEAD
    press *p;
} compressor;

static PyObject *push(press *p, const char *data, Py_ssize_t size)
{
    int rc;
    Py_BEGIN_ALLOW_THREADS
    rc = press_push(p, data, size); // expect: gilray-shared-handle-detached "nothing keeps a second thread out"
    Py_END_ALLOW_THREADS
    return PyLong_FromLong(rc);
}

static PyObject *compressor_add(PyObject *op, PyObject *arg)
{
    char *data;
    Py_ssize_t size;
    if (PyBytes_AsStringAndSize(arg, &data, &size) < 0)
        return NULL;
    return push(((compressor *)op)->p, data, size);
}

static PyObject *compressor_flush(PyObject *op, PyObject *ignored)
{
    return push(((compressor *)op)->p, NULL, 0);
}

PyMethodDef compressor_methods[] = {
    {"add", compressor_add, METH_O, NULL}, {"flush", compressor_flush, METH_NOARGS, NULL}, {NULL, NULL, 0, NULL}};
