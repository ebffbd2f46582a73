// corpus: check=gilray-version-hidden-slot py=3.13..
// Major and minor compared on their own; nested groups; the one around holds for all.
#include <Python.h>

static PyModuleDef_Slot slots[] = {
#if PY_MAJOR_VERSION >= 3
#ifdef Py_mod_multiple_interpreters
    {Py_mod_multiple_interpreters, Py_MOD_PER_INTERPRETER_GIL_SUPPORTED},
#endif
#if defined(Py_GIL_DISABLED) && PY_MINOR_VERSION > 13 // expect: gilray-version-hidden-slot "leaves out 3.13t"
    {Py_mod_gil, Py_MOD_GIL_NOT_USED},
#endif
#endif
    {0, NULL},
};
static struct PyModuleDef buoy = {PyModuleDef_HEAD_INIT, .m_name = "buoy", .m_slots = slots};

PyMODINIT_FUNC PyInit_buoy(void) { return PyModuleDef_Init(&buoy); }
