// corpus: check=gilray-borrowed-across-detach variants=gil
// Helpers that keep what they give out, and one whose object is given up when the pointer has been used.
#include <Python.h>

char *lib_quote(const char *text, Py_ssize_t size);

static PyObject *last, *empty;

static PyObject *kept(PyObject *text)
{
    PyObject *bytes = PyUnicode_AsUTF8String(text);
    Py_XINCREF(bytes);
    Py_XSETREF(last, bytes);
    return bytes;
}

static PyObject *common(PyObject *text)
{
    if (PyUnicode_GetLength(text) == 0) {
        Py_INCREF(empty);
        return empty;
    }
    return PyUnicode_AsUTF8String(text);
}

static PyObject *encoded(PyObject *text)
{
    return PyUnicode_AsUTF8String(text);
}

static PyObject *quote_kept(PyObject *self, PyObject *name)
{
    char *text;
    PyObject *bytes = kept(name);
    if (bytes == NULL || (text = PyBytes_AsString(bytes)) == NULL)
        return NULL;
    Py_DECREF(bytes);
    return PyLong_FromVoidPtr(lib_quote(text, 1)); // ok: gilray-borrowed-across-detach  the variable has it, too
}

static PyObject *quote_common(PyObject *self, PyObject *name)
{
    char *text;
    PyObject *bytes = common(name);
    if (bytes == NULL || (text = PyBytes_AsString(bytes)) == NULL)
        return NULL;
    Py_DECREF(bytes);
    return PyLong_FromVoidPtr(lib_quote(text, 1)); // ok: gilray-borrowed-across-detach  not always its own
}

static PyObject *quote(PyObject *self, PyObject *name)
{
    char *text, *quoted;
    PyObject *bytes = encoded(name);
    if (bytes == NULL || (text = PyBytes_AsString(bytes)) == NULL)
        return NULL;
    quoted = lib_quote(text, 1); // ok: gilray-borrowed-across-detach
    Py_DECREF(bytes);
    return PyLong_FromVoidPtr(quoted);
}

PyMethodDef quote_methods[] = {{"quote_kept", quote_kept, METH_O, NULL},
                               {"quote_common", quote_common, METH_O, NULL},
                               {"quote", quote, METH_O, NULL},
                               {NULL, NULL, 0, NULL}};
