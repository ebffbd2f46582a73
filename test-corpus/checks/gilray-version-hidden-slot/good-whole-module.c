// corpus: check=* py=3.13..
// Before 3.13 the module has another form, which the whole array is not part of.
#include <Python.h>

#if PY_VERSION_HEX >= 0x030D0000
static PyModuleDef_Slot slots[] = {
    {Py_mod_multiple_interpreters, Py_MOD_MULTIPLE_INTERPRETERS_NOT_SUPPORTED}, // ok: gilray-version-hidden-slot
    {Py_mod_gil, Py_MOD_GIL_USED},
    {0, NULL},
};
static struct PyModuleDef buoy = {PyModuleDef_HEAD_INIT, .m_name = "buoy", .m_slots = slots};

PyMODINIT_FUNC PyInit_buoy(void) { return PyModuleDef_Init(&buoy); }
#endif
