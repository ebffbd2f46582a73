// corpus: check=gilray-malformed-slots py=3.13..
// The array has no end.
#include <Python.h>

static PyModuleDef_Slot slots[] = { // expect: gilray-malformed-slots "has no end"
    {Py_mod_multiple_interpreters, Py_MOD_PER_INTERPRETER_GIL_SUPPORTED},
    {Py_mod_gil, Py_MOD_GIL_USED},
};
static struct PyModuleDef loom = {PyModuleDef_HEAD_INIT, .m_name = "loom", .m_slots = slots};

PyMODINIT_FUNC PyInit_loom(void) { return PyModuleDef_Init(&loom); }
