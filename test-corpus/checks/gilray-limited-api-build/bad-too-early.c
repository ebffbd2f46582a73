// corpus: check=gilray-limited-api-build py=3.13.. variants=gil gilray="--checks=-gilray-missing-*,-gilray-contradicted-slot" severity=note
#define Py_LIMITED_API 0x030d0000
#include <Python.h>

// Declared to run without the GIL, but built for a limited API that free-threaded Pythons do not have.
static PyModuleDef_Slot slots[] = {{Py_mod_gil, Py_MOD_GIL_NOT_USED}, {0, NULL}};
static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "demo", NULL, 0, NULL, slots, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit_demo(void) // expect: gilray-limited-api-build "the limited API of 3.13"
{ return PyModuleDef_Init(&module); }
