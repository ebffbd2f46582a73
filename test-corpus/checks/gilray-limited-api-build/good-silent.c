// corpus: check=gilray-limited-api-build py=3.13.. gilray="--checks=-gilray-missing-*,-gilray-contradicted-slot" severity=note
#include <Python.h>

// The full API.
static PyModuleDef_Slot slots[] = {{Py_mod_gil, Py_MOD_GIL_NOT_USED}, {0, NULL}};
static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "demo", NULL, 0, NULL, slots, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit_demo(void) // ok: gilray-limited-api-build
{ return PyModuleDef_Init(&module); }
