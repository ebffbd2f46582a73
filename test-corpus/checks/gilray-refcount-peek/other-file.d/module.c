// corpus: check=gilray-refcount-peek py=3.13.. gilray="--checks=-gilray-missing-*,-gilray-contradicted-slot,-gilray-static-object,-gilray-mutable-global"
#include <Python.h>

int is_unique(PyObject *op);

// What the module declares here counts for the helper in the other file.
static PyObject *change(PyObject *self, PyObject *arg) { return is_unique(arg) ? Py_NewRef(arg) : NULL; }

static PyMethodDef methods[] = {{"change", change, METH_O, NULL}, {NULL, NULL, 0, NULL}};
static PyModuleDef_Slot slots[] = {{Py_mod_gil, Py_MOD_GIL_NOT_USED}, {0, NULL}};
static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "demo", NULL, 0, methods, slots, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit_demo(void) { return PyModuleDef_Init(&module); }
