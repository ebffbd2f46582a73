// corpus: check=gilray-lazy-init-race py=3.13.. gilray="--checks=-gilray-missing-*,-gilray-contradicted-slot,-gilray-static-object,-gilray-mutable-global"
#include <Python.h>

PyObject *get_units(void);

// What is called from this file makes its static on first use in the other.
static PyObject *units(PyObject *self, PyObject *ignored) { return Py_XNewRef(get_units()); }

static PyMethodDef methods[] = {{"units", units, METH_NOARGS, NULL}, {NULL, NULL, 0, NULL}};
static PyModuleDef_Slot slots[] = {{Py_mod_gil, Py_MOD_GIL_NOT_USED}, {0, NULL}};
static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "demo", NULL, 0, methods, slots, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit_demo(void) { return PyModuleDef_Init(&module); }
