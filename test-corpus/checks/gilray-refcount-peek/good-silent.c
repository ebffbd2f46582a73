// corpus: check=gilray-refcount-peek py=3.13.. gilray="--checks=-gilray-missing-*,-gilray-contradicted-slot,-gilray-static-object,-gilray-mutable-global"
#include <Python.h>
#include <assert.h>
#include <stdio.h>

// Printed, returned, asserted; of an object that was just made here; in code for builds with a GIL only.
static PyObject *show(PyObject *self, PyObject *arg)
{
    PyObject *list = PyList_New(0);
    if (list == NULL)
        return NULL;
    if (Py_REFCNT(list) == 1) // ok: gilray-refcount-peek  nobody else knows it yet
        PyList_Append(list, arg);
    printf("%zd references\n", Py_REFCNT(arg)); // ok: gilray-refcount-peek  nothing depends on it
    assert(Py_REFCNT(arg) >= 1);                // ok: gilray-refcount-peek  an assertion decides nothing
#ifndef Py_GIL_DISABLED
    if (Py_REFCNT(arg) == 1) // ok: gilray-refcount-peek  free-threaded builds leave it out
        Py_INCREF(arg);
#endif
    return list;
}

static PyObject *count(PyObject *self, PyObject *arg) { return PyLong_FromSsize_t(Py_REFCNT(arg)); } // ok: gilray-refcount-peek

static PyMethodDef methods[] = {{"show", show, METH_O, NULL}, {"count", count, METH_O, NULL}, {NULL, NULL, 0, NULL}};
static PyModuleDef_Slot slots[] = {{Py_mod_gil, Py_MOD_GIL_NOT_USED}, {0, NULL}};
static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "demo", NULL, 0, methods, slots, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit_demo(void) { return PyModuleDef_Init(&module); }
