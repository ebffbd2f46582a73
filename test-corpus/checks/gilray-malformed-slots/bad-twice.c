// corpus: check=gilray-malformed-slots py=3.13..
// The same slot twice, the second time through a macro.
#include <Python.h>

#define WITHOUT_GIL {Py_mod_gil, Py_MOD_GIL_NOT_USED}

static PyModuleDef_Slot slots[] = {
    {Py_mod_multiple_interpreters, Py_MOD_PER_INTERPRETER_GIL_SUPPORTED},
    {Py_mod_gil, Py_MOD_GIL_USED},
    WITHOUT_GIL, // expect: gilray-malformed-slots "'Py_mod_gil' is there twice"
    {0, NULL},
};
static struct PyModuleDef loom = {PyModuleDef_HEAD_INIT, .m_name = "loom", .m_slots = slots};

PyMODINIT_FUNC PyInit_loom(void) { return PyModuleDef_Init(&loom); }
