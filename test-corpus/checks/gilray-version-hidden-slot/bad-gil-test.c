// corpus: check=gilray-version-hidden-slot py=3.13..
// Copied from the line about the GIL: builds with a GIL have interpreters, too.
#include <Python.h>

static PyModuleDef_Slot slots[] = {
#ifdef Py_GIL_DISABLED // expect: gilray-version-hidden-slot "leaves out 3.12, 3.13, 3.14, 3.15"
    {Py_mod_multiple_interpreters, Py_MOD_PER_INTERPRETER_GIL_SUPPORTED},
    {Py_mod_gil, Py_MOD_GIL_NOT_USED},
#endif
    {0, NULL},
};
static struct PyModuleDef buoy = {PyModuleDef_HEAD_INIT, .m_name = "buoy", .m_slots = slots};

PyMODINIT_FUNC PyInit_buoy(void) { return PyModuleDef_Init(&buoy); }
