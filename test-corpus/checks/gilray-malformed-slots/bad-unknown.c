// corpus: check=gilray-malformed-slots py=3.13..
// No Python knows this slot.
#include <Python.h>

static PyModuleDef_Slot slots[] = {
    {1000, NULL}, // expect: gilray-malformed-slots "slot 1000 is not a slot of modules"
    {Py_mod_multiple_interpreters, Py_MOD_PER_INTERPRETER_GIL_SUPPORTED},
    {Py_mod_gil, Py_MOD_GIL_USED},
    {0, NULL},
};
static struct PyModuleDef loom = {PyModuleDef_HEAD_INIT, .m_name = "loom", .m_slots = slots};

PyMODINIT_FUNC PyInit_loom(void) { return PyModuleDef_Init(&loom); }
