// corpus: check=* py=3.9..
// A test for the slot, and one for the build in which it is read.
#include <Python.h>

static PyModuleDef_Slot slots[] = {
#ifdef Py_mod_multiple_interpreters // ok: gilray-version-hidden-slot
    {Py_mod_multiple_interpreters, Py_MOD_PER_INTERPRETER_GIL_SUPPORTED},
#endif
#ifdef Py_GIL_DISABLED // ok: gilray-version-hidden-slot
    {Py_mod_gil, Py_MOD_GIL_NOT_USED},
#endif
    {0, NULL},
};
static struct PyModuleDef buoy = {PyModuleDef_HEAD_INIT, .m_name = "buoy", .m_slots = slots};

PyMODINIT_FUNC PyInit_buoy(void) { return PyModuleDef_Init(&buoy); }
