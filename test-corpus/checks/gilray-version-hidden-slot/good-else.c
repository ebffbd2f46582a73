// corpus: check=* py=3.13..
// Different values for different versions: none is left out.
#include <Python.h>

static PyModuleDef_Slot slots[] = {
    {Py_mod_multiple_interpreters, Py_MOD_PER_INTERPRETER_GIL_SUPPORTED},
#if PY_VERSION_HEX >= 0x030E0000 // ok: gilray-version-hidden-slot
    {Py_mod_gil, Py_MOD_GIL_NOT_USED},
#else
    {Py_mod_gil, Py_MOD_GIL_USED},
#endif
    {0, NULL},
};
static struct PyModuleDef buoy = {PyModuleDef_HEAD_INIT, .m_name = "buoy", .m_slots = slots};

PyMODINIT_FUNC PyInit_buoy(void) { return PyModuleDef_Init(&buoy); }
