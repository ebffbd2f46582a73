// corpus: check=* py=3.13..
// Either answer is one.
#include <Python.h>

static PyModuleDef_Slot slots[] = { // ok: gilray-missing-gil-slot  Py_MOD_GIL_USED is a declaration, too
    {Py_mod_multiple_interpreters, Py_MOD_PER_INTERPRETER_GIL_SUPPORTED},
    {Py_mod_gil, Py_MOD_GIL_USED},
    {0, NULL},
};
static struct PyModuleDef dial = {PyModuleDef_HEAD_INIT, .m_name = "dial", .m_slots = slots};

PyMODINIT_FUNC PyInit_dial(void) { return PyModuleDef_Init(&dial); }
