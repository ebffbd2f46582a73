// corpus: check=gilray-limited-api-build py=3.13.. variants=gil gilray="--checks=-gilray-missing-*,-gilray-contradicted-slot" severity=note
#define Py_LIMITED_API 0x030d0000
#include <Python.h>

static PyModuleDef_Slot slots[] = {{Py_mod_gil, Py_MOD_GIL_NOT_USED}, {0, nullptr}};
static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "demo", nullptr, 0, nullptr, slots, nullptr, nullptr, nullptr};

PyMODINIT_FUNC PyInit_demo(void) // expect: gilray-limited-api-build "the limited API of 3.13"
{ return PyModuleDef_Init(&module); }
