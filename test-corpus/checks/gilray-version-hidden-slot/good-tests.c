// corpus: check=* py=3.9..
// All ways to test for the right versions.
#include <Python.h>

static PyModuleDef_Slot slots[] = {
#if defined(PY_VERSION_HEX) && PY_VERSION_HEX >= 0x030c00a1 // ok: gilray-version-hidden-slot
    {Py_mod_multiple_interpreters, Py_MOD_PER_INTERPRETER_GIL_SUPPORTED},
#endif
#if PY_MAJOR_VERSION > 3 || (PY_MAJOR_VERSION == 3 && PY_MINOR_VERSION >= 13) // ok: gilray-version-hidden-slot
    {Py_mod_gil, Py_MOD_GIL_NOT_USED},
#endif
    {0, NULL},
};
static struct PyModuleDef buoy = {PyModuleDef_HEAD_INIT, .m_name = "buoy", .m_slots = slots};

PyMODINIT_FUNC PyInit_buoy(void) { return PyModuleDef_Init(&buoy); }
