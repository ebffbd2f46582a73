// corpus: check=gilray-borrowed-across-detach
// The object that a pointer leads into was made here, and is given up before the pointer is used.
#include <Python.h>

int device_open(const char *path);
int device_send(const char *data, long size);

static PyObject *open_device(PyObject *self, PyObject *name)
{
    PyObject *coded = PyUnicode_AsUTF8String(name);
    const char *path;
    int rc;
    if (coded == NULL)
        return NULL;
    path = PyBytes_AsString(coded);
    Py_DECREF(coded);
    Py_BEGIN_ALLOW_THREADS
    rc = device_open(path); // expect: gilray-borrowed-across-detach "points into 'coded' and is used after the object was given up"
    Py_END_ALLOW_THREADS
    return PyLong_FromLong(rc);
}

static PyObject *send_text(PyObject *self, PyObject *text)
{
    char *data;
    Py_ssize_t size;
    int rc = -1;
    PyObject *coded = PyUnicode_AsLatin1String(text);
    if (coded == NULL)
        return NULL;
    if (PyBytes_AsStringAndSize(coded, &data, &size) < 0)
        goto done;
    Py_CLEAR(coded);
    rc = device_send(data, (long)size); // expect: gilray-borrowed-across-detach "points into 'coded'"
done:
    Py_XDECREF(coded);
    return PyLong_FromLong(rc);
}

PyMethodDef device_methods[] = {
    {"open", open_device, METH_O, NULL}, {"send", send_text, METH_O, NULL}, {NULL, NULL, 0, NULL}};
