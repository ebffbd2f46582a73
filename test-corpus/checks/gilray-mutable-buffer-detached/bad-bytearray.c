// corpus: check=gilray-mutable-buffer-detached py=3.9..
// A bytearray is read while other threads may resize it.
#include <Python.h>

long tape_checksum(const char *data, long size);

typedef struct {
    PyObject_HEAD
    PyObject *block; // a bytearray that Python code can get at
} tape;

static PyObject *tape_check(PyObject *op, PyObject *arg)
{
    long sum = 0;
    if (!PyByteArray_Check(arg))
        return NULL;
    char *data = PyByteArray_AsString(arg);
    long size = (long)PyByteArray_Size(arg);
    Py_BEGIN_ALLOW_THREADS
    sum = tape_checksum(data, size); // expect: gilray-mutable-buffer-detached "'arg'"
    Py_END_ALLOW_THREADS
    return PyLong_FromLong(sum);
}

static PyObject *tape_own(PyObject *op, PyObject *ignored)
{
    tape *self = (tape *)op;
    long sum;
    char *data = PyByteArray_AS_STRING(self->block), *end = data + PyByteArray_GET_SIZE(self->block);
    Py_BEGIN_ALLOW_THREADS
    sum = tape_checksum(data, end - data); // expect: gilray-mutable-buffer-detached "self->block"
    Py_END_ALLOW_THREADS
    return PyLong_FromLong(sum);
}

static PyObject *tape_get(PyObject *op, PyObject *ignored)
{
    tape *self = (tape *)op;
    Py_INCREF(self->block);
    return self->block;
}

PyMethodDef tape_methods[] = {{"check", tape_check, METH_O, NULL},
                              {"own", tape_own, METH_NOARGS, NULL},
                              {"get", tape_get, METH_NOARGS, NULL},
                              {NULL, NULL, 0, NULL}};
