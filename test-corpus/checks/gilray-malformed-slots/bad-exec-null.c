// corpus: check=gilray-malformed-slots py=3.13..
// An exec slot without a function.
#include <Python.h>

static PyModuleDef_Slot slots[] = {
    {Py_mod_exec, NULL}, // expect: gilray-malformed-slots "needs a function"
    {Py_mod_multiple_interpreters, Py_MOD_PER_INTERPRETER_GIL_SUPPORTED},
    {Py_mod_gil, Py_MOD_GIL_USED},
    {0, NULL},
};
static struct PyModuleDef loom = {PyModuleDef_HEAD_INIT, .m_name = "loom", .m_slots = slots};

PyMODINIT_FUNC PyInit_loom(void) { return PyModuleDef_Init(&loom); }
