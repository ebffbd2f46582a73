// corpus: check=gilray-borrowed-across-detach
// The object that a pointer leads into was made by a helper, on one of its ways or another, and is given up too early.
#include <Python.h>

char *lib_quote(const char *text, Py_ssize_t size);

static PyObject *encoded(PyObject *text, int utf8)
{
    if (utf8)
        return PyUnicode_AsUTF8String(text);
    PyObject *bytes = PyUnicode_AsLatin1String(text);
    if (bytes == NULL)
        PyErr_SetString(PyExc_ValueError, "no Latin-1");
    return bytes;
}

static PyObject *quote(PyObject *self, PyObject *name)
{
    char *text;
    Py_ssize_t size;
    if (PyBytes_Check(name)) {
        if (PyBytes_AsStringAndSize(name, &text, &size) < 0)
            return NULL;
    } else {
        name = encoded(name, 1);
        if (name == NULL || PyBytes_AsStringAndSize(name, &text, &size) < 0)
            return NULL;
        Py_DECREF(name);
    }
    return PyLong_FromVoidPtr(lib_quote(text, size)); // expect: gilray-borrowed-across-detach "points into 'name' and is used after the object was given up"
}

PyMethodDef quote_methods[] = {{"quote", quote, METH_O, NULL}, {NULL, NULL, 0, NULL}};
