// corpus: check=gilray-limited-api-build py=3.13.. variants=gil gilray="--checks=-gilray-missing-*,-gilray-contradicted-slot" severity=note
#define Py_LIMITED_API 0x030d0000
#include <Python.h>

// Nothing is said about running without the GIL.
static PyModuleDef_Slot slots[] = {{0, NULL}};
static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "demo", NULL, 0, NULL, slots, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit_demo(void) // ok: gilray-limited-api-build
{ return PyModuleDef_Init(&module); }
