// corpus: check=gilray-mutable-buffer-detached py=2.7
// Python 2: `w#` and the old buffer functions give an address and let go of the buffer.
#include <Python.h>

long wave_fill(char *data, long size);

static PyObject *wave_parsed(PyObject *self, PyObject *args)
{
    char *data;
    int size;
    long got;
    if (!PyArg_ParseTuple(args, "w#", &data, &size))
        return NULL;
    Py_BEGIN_ALLOW_THREADS
    got = wave_fill(data, size); // expect: gilray-mutable-buffer-detached
    Py_END_ALLOW_THREADS
    return PyInt_FromLong(got);
}

static PyObject *wave_asked(PyObject *self, PyObject *arg)
{
    void *data;
    Py_ssize_t size;
    long got;
    if (PyObject_AsWriteBuffer(arg, &data, &size) < 0)
        return NULL;
    Py_BEGIN_ALLOW_THREADS
    got = wave_fill((char *)data, (long)size); // expect: gilray-mutable-buffer-detached
    Py_END_ALLOW_THREADS
    return PyInt_FromLong(got);
}

PyMethodDef wave_methods[] = {
    {"parsed", wave_parsed, METH_VARARGS, NULL}, {"asked", wave_asked, METH_O, NULL}, {NULL, NULL, 0, NULL}};
