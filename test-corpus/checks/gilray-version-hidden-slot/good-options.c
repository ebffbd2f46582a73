// corpus: check=* py=3.13..
// An option of the project, a disabled line, and a default that needs no saying.
#include <Python.h>

static PyModuleDef_Slot slots[] = {
#if BUOY_ISOLATED // ok: gilray-version-hidden-slot  not a question of versions
    {Py_mod_multiple_interpreters, Py_MOD_PER_INTERPRETER_GIL_SUPPORTED},
#endif
#if 0 // ok: gilray-version-hidden-slot  switched off
    {Py_mod_gil, Py_MOD_GIL_NOT_USED},
#endif
    {0, NULL},
};
static struct PyModuleDef buoy = {PyModuleDef_HEAD_INIT, .m_name = "buoy", .m_slots = slots};

PyMODINIT_FUNC PyInit_buoy(void) { return PyModuleDef_Init(&buoy); }
