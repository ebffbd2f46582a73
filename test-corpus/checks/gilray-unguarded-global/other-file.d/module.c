// corpus: check=gilray-unguarded-global py=3.13.. gilray="--checks=-gilray-missing-*,-gilray-contradicted-slot,-gilray-static-object,-gilray-mutable-global"
#include <Python.h>
#include "cache.h"

// The lock is taken in this file by one caller and not by the other; the variable is in the other file.
static PyObject *find(PyObject *self, PyObject *key)
{
    pthread_mutex_lock(&cache_lock);
    cache_hit();
    pthread_mutex_unlock(&cache_lock);
    return Py_NewRef(key);
}

static PyObject *guess(PyObject *self, PyObject *key)
{
    cache_hit();
    return Py_NewRef(key);
}

static PyMethodDef methods[] = {{"find", find, METH_O, NULL}, {"guess", guess, METH_O, NULL}, {NULL, NULL, 0, NULL}};
static PyModuleDef_Slot slots[] = {{Py_mod_gil, Py_MOD_GIL_NOT_USED}, {0, NULL}};
static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "demo", NULL, 0, methods, slots, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit_demo(void) { return PyModuleDef_Init(&module); }
