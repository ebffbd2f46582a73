// corpus: check=gilray-version-hidden-slot py=3.9..
// One test for both slots: interpreters with their own GIL came a version earlier.
#include <Python.h>

static PyModuleDef_Slot slots[] = {
#if PY_VERSION_HEX >= 0x030D0000 // expect: gilray-version-hidden-slot "leaves out 3.12"
    {Py_mod_multiple_interpreters, Py_MOD_PER_INTERPRETER_GIL_SUPPORTED},
    {Py_mod_gil, Py_MOD_GIL_NOT_USED},
#endif
    {0, NULL},
};
static struct PyModuleDef buoy = {PyModuleDef_HEAD_INIT, .m_name = "buoy", .m_slots = slots};

PyMODINIT_FUNC PyInit_buoy(void) { return PyModuleDef_Init(&buoy); }
