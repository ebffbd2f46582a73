// corpus: check=* py=3.9..
// A live export pins the memory; a bytearray that nobody else has cannot be resized by others.
#include <Python.h>

long scan(const char *data, long size);
long weigh(const char *data, long size);

static PyObject *scan_parsed(PyObject *self, PyObject *args)
{
    Py_buffer in, out;
    long sum;
    if (!PyArg_ParseTuple(args, "y*w*", &in, &out))
        return NULL;
    Py_BEGIN_ALLOW_THREADS
    sum = scan(in.buf, (long)in.len) + scan(out.buf, (long)out.len); // ok: gilray-mutable-buffer-detached  y*, w*
    Py_END_ALLOW_THREADS
    PyBuffer_Release(&in);
    PyBuffer_Release(&out);
    return PyLong_FromLong(sum);
}

static PyObject *scan_exported(PyObject *self, PyObject *arg)
{
    Py_buffer view;
    long sum;
    if (!PyByteArray_Check(arg) || PyObject_GetBuffer(arg, &view, PyBUF_SIMPLE) < 0)
        return NULL;
    char *data = PyByteArray_AS_STRING(arg);
    Py_BEGIN_ALLOW_THREADS
    sum = scan(data, (long)view.len); // ok: gilray-mutable-buffer-detached  the export is live
    Py_END_ALLOW_THREADS
    PyBuffer_Release(&view);
    return PyLong_FromLong(sum);
}

static PyObject *scan_new(PyObject *self, PyObject *ignored)
{
    PyObject *block = PyByteArray_FromStringAndSize(NULL, 4096);
    if (block == NULL)
        return NULL;
    char *data = PyByteArray_AS_STRING(block);
    Py_BEGIN_ALLOW_THREADS
    scan(data, 4096); // ok: gilray-mutable-buffer-detached  nobody else has it yet
    Py_END_ALLOW_THREADS
    return block;
}

static PyObject *scan_bytes(PyObject *self, PyObject *arg)
{
    long sum;
    if (!PyBytes_Check(arg))
        return NULL;
    const char *data = PyBytes_AS_STRING(arg);
    Py_BEGIN_ALLOW_THREADS
    sum = scan(data, 1); // ok: gilray-mutable-buffer-detached  immutable, and the caller owns it
    Py_END_ALLOW_THREADS
    return PyLong_FromLong(sum);
}

static PyObject *scan_again(PyObject *self, PyObject *arg)
{
    if (!PyByteArray_Check(arg))
        return NULL;
    char *data = PyByteArray_AS_STRING(arg);
    long sum = weigh(data, 1);
    Py_BEGIN_ALLOW_THREADS
    scan("", 0);
    Py_END_ALLOW_THREADS
    data = PyByteArray_AS_STRING(arg);
    return PyLong_FromLong(sum + weigh(data, 1)); // ok: gilray-mutable-buffer-detached  fetched anew
}

PyMethodDef scan_methods[] = {{"parsed", scan_parsed, METH_VARARGS, NULL},
                              {"exported", scan_exported, METH_O, NULL},
                              {"new", scan_new, METH_NOARGS, NULL},
                              {"bytes", scan_bytes, METH_O, NULL},
                              {"again", scan_again, METH_O, NULL},
                              {NULL, NULL, 0, NULL}};
