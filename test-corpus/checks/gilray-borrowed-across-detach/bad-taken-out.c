// corpus: check=gilray-borrowed-across-detach py=3.9..
// The very element is replaced: its last reference may have been the container's. And code of the element itself runs.
#include <Python.h>

static PyObject *bump(PyObject *self, PyObject *args)
{
    PyObject *counts, *name;
    if (!PyArg_ParseTuple(args, "O!U", &PyDict_Type, &counts, &name))
        return NULL;
    PyObject *old = PyDict_GetItemWithError(counts, name); // expect(nogil): gilray-borrowed-reference "PyDict_GetItemWithError"
    if (old == NULL)
        return NULL;
    PyObject *one = PyLong_FromLong(1);
    if (one == NULL || PyDict_SetItem(counts, name, one) < 0) {
        Py_XDECREF(one);
        return NULL;
    }
    Py_DECREF(one);
    return PyNumber_Long(old); // expect: gilray-borrowed-across-detach "it was taken out of there"
}

static PyObject *label(PyObject *self, PyObject *shelf)
{
    if (!PyList_Check(shelf))
        return NULL;
    PyObject *box = PyList_GetItem(shelf, 0); // expect(nogil): gilray-borrowed-reference "PyList_GetItem"
    if (box == NULL)
        return NULL;
    PyObject *text = PyObject_Str(box);
    if (text == NULL)
        return NULL;
    PyObject *pair = PyTuple_Pack(2, box, text); // expect: gilray-borrowed-across-detach "'PyObject_Str' may have run Python code"
    Py_DECREF(text);
    return pair;
}

PyMethodDef shelf_methods[] = {
    {"bump", bump, METH_VARARGS, NULL}, {"label", label, METH_O, NULL}, {NULL, NULL, 0, NULL}};
