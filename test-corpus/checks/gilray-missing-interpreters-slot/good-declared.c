// corpus: check=* py=3.9..
// All that can be said, each under the version that knows it.
#include <Python.h>

static PyModuleDef_Slot slots[] = { // ok: gilray-missing-interpreters-slot
#if PY_VERSION_HEX >= 0x030C0000
    {Py_mod_multiple_interpreters, Py_MOD_MULTIPLE_INTERPRETERS_SUPPORTED},
#endif
#if PY_VERSION_HEX >= 0x030D0000
    {Py_mod_gil, Py_MOD_GIL_USED},
#endif
    {0, NULL},
};
static struct PyModuleDef tide = {PyModuleDef_HEAD_INIT, .m_name = "tide", .m_slots = slots};

PyMODINIT_FUNC PyInit_tide(void) { return PyModuleDef_Init(&tide); }
