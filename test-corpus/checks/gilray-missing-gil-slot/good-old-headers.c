// corpus: check=* py=3.9..3.12
// Headers that do not know the slot: nothing can be said with them.
#include <Python.h>

static PyModuleDef_Slot slots[] = { // ok: gilray-missing-gil-slot
#if PY_VERSION_HEX >= 0x030C0000
    {Py_mod_multiple_interpreters, Py_MOD_PER_INTERPRETER_GIL_SUPPORTED},
#endif
    {0, NULL},
};
static struct PyModuleDef dial = {PyModuleDef_HEAD_INIT, .m_name = "dial", .m_slots = slots};

PyMODINIT_FUNC PyInit_dial(void) { return PyModuleDef_Init(&dial); }
