// corpus: check=gilray-version-hidden-slot py=3.12..
// The first free-threaded Python was 3.13.
#include <Python.h>

static PyModuleDef_Slot slots[] = {
#ifdef Py_mod_multiple_interpreters
    {Py_mod_multiple_interpreters, Py_MOD_PER_INTERPRETER_GIL_SUPPORTED},
#endif
#if PY_VERSION_HEX >= 0x030E0000 // expect: gilray-version-hidden-slot "leaves out 3.13t"
    {Py_mod_gil, Py_MOD_GIL_NOT_USED},
#endif
    {0, NULL},
};
static struct PyModuleDef buoy = {PyModuleDef_HEAD_INIT, .m_name = "buoy", .m_slots = slots};

PyMODINIT_FUNC PyInit_buoy(void) { return PyModuleDef_Init(&buoy); }
