// corpus: check=* py=3.9..
// The caller owns the arguments, and what cannot be taken out of them.
#include <Python.h>

int line_send(const char *text, Py_ssize_t size);

static PyObject *line_write(PyObject *self, PyObject *args, PyObject *kwargs)
{
    const char *text, *raw, *maybe;
    Py_ssize_t size;
    PyObject *name, *pair;
    static char *names[] = {"text", "raw", "maybe", "name", "pair", NULL};
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "sy#zUO!", names, &text, &raw, &size, &maybe, &name, &PyTuple_Type,
                                     &pair))
        return NULL;
    PyObject *first = PyTuple_GetItem(args, 0);
    PyObject *inner = PyTuple_GET_ITEM(pair, 0);
    const char *utf8 = PyUnicode_AsUTF8(name);
    Py_BEGIN_ALLOW_THREADS
    line_send(text, 1);    // ok: gilray-borrowed-across-detach  s
    line_send(raw, size);  // ok: gilray-borrowed-across-detach  y#
    line_send(maybe, 1);   // ok: gilray-borrowed-across-detach  z
    line_send(utf8, 1);    // ok: gilray-borrowed-across-detach  a part of U, which is immutable and owned by the caller
    Py_END_ALLOW_THREADS
    if (kwargs != NULL) {
        PyObject *given = PyDict_GetItemString(kwargs, "name");
        Py_BEGIN_ALLOW_THREADS
        line_send(text, 2);
        Py_END_ALLOW_THREADS
        if (given == name) // ok: gilray-borrowed-across-detach  the dictionary of keyword arguments was made for this call
            return PyObject_Str(given);
    }
    return PyTuple_Pack(3, first, inner, name); // ok: gilray-borrowed-across-detach  items of argument tuples
}

static PyObject *line_vector(PyObject *self, PyObject *const *args, Py_ssize_t n)
{
    PyObject *head = n > 0 ? args[0] : Py_None;
    Py_BEGIN_ALLOW_THREADS
    line_send("", 0);
    Py_END_ALLOW_THREADS
    return PyObject_Str(head); // ok: gilray-borrowed-across-detach  an argument
}

PyMethodDef line_methods[] = {{"write", (PyCFunction)(void (*)(void))line_write, METH_VARARGS | METH_KEYWORDS, NULL},
                              {"vector", (PyCFunction)(void (*)(void))line_vector, METH_FASTCALL, NULL},
                              {NULL, NULL, 0, NULL}};
