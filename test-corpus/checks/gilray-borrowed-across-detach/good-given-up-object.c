// corpus: check=gilray-borrowed-across-detach
// The object is given up when its memory is not used any more, or others keep it.
#include <Python.h>

int device_open(const char *path);

typedef struct {
    PyObject_HEAD
    PyObject *name;
} device;

static PyObject *open_device(PyObject *op, PyObject *name)
{
    int rc;
    PyObject *coded = PyUnicode_AsUTF8String(name);
    if (coded == NULL)
        return NULL;
    const char *path = PyBytes_AsString(coded);
    rc = device_open(path); // ok: gilray-borrowed-across-detach
    Py_DECREF(coded);
    path = NULL;
    return Py_BuildValue("iz", rc, path);
}

static PyObject *keep_in_list(PyObject *names, PyObject *name)
{
    PyObject *coded = PyUnicode_AsUTF8String(name);
    if (coded == NULL)
        return NULL;
    const char *path = PyBytes_AsString(coded);
    if (PyList_Append(names, coded) < 0)
        return NULL;
    Py_DECREF(coded);
    return PyLong_FromLong(device_open(path)); // ok: gilray-borrowed-across-detach  the list keeps it
}

static PyObject *keep_in_field(PyObject *op, PyObject *name)
{
    device *self = (device *)op;
    PyObject *coded = PyUnicode_AsUTF8String(name), *old = self->name;
    if (coded == NULL)
        return NULL;
    const char *path = PyBytes_AsString(coded);
    Py_INCREF(coded);
    self->name = coded; // expect(nogil): gilray-unguarded-field "name"
    Py_XDECREF(old);
    Py_DECREF(coded);
    return PyLong_FromLong(device_open(path)); // ok: gilray-borrowed-across-detach  the field keeps it
}

static PyObject *failed(PyObject *op, PyObject *name)
{
    int rc = -1;
    PyObject *coded = PyUnicode_AsUTF8String(name);
    const char *path = coded ? PyBytes_AsString(coded) : NULL;
    if (path == NULL) {
        Py_XDECREF(coded);
        return NULL;
    }
    if (path[0] != '/') {
        Py_DECREF(coded);
        return PyErr_Format(PyExc_ValueError, "a full path is needed");
    }
    rc = device_open(path); // ok: gilray-borrowed-across-detach
    Py_DECREF(coded);
    return PyLong_FromLong(rc);
}

static int fill(PyObject *hook, char *to, long size)
{
    PyObject *done = PyObject_CallFunctionObjArgs(hook, NULL);
    if (done == NULL)
        return -1;
    Py_DECREF(done);
    memset(to, 0, (size_t)size);
    return 0;
}

static PyObject *filled(PyObject *op, PyObject *hook)
{
    PyObject *bytes = PyBytes_FromStringAndSize(NULL, 16);
    if (bytes == NULL)
        return NULL;
    if (fill(hook, PyBytes_AS_STRING(bytes), 16) < 0) { // ok: gilray-borrowed-across-detach  nobody else has the bytes
        Py_DECREF(bytes);
        return NULL;
    }
    return bytes;
}

PyMethodDef device_methods[] = {{"open", open_device, METH_O, NULL},
                                {"keep", keep_in_list, METH_O, NULL},
                                {"name", keep_in_field, METH_O, NULL},
                                {"filled", filled, METH_O, NULL},
                                {"failed", failed, METH_O, NULL},
                                {NULL, NULL, 0, NULL}};
