// corpus: check=gilray-double-lock py=3.13..
#include <Python.h>

static PyMutex lock;
static int count;

static PyObject *add(PyObject *self, PyObject *value)
{
    PyMutex_Lock(&lock);
    if (value == Py_None) {
        PyMutex_Lock(&lock); // expect: gilray-double-lock "waited for here"
        count = 0;
    }
    count++;
    PyMutex_Unlock(&lock);
    Py_RETURN_NONE;
}

static PyMethodDef methods[] = {{"add", add, METH_O, NULL}, {NULL, NULL, 0, NULL}};
