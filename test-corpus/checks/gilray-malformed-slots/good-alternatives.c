// corpus: check=* py=3.13..
// One array for several builds: each takes one of the two.
#include <Python.h>

static PyModuleDef_Slot slots[] = {
    {Py_mod_multiple_interpreters, Py_MOD_PER_INTERPRETER_GIL_SUPPORTED},
#ifdef LOOM_PARALLEL
    {Py_mod_gil, Py_MOD_GIL_NOT_USED},
#else
    {Py_mod_gil, Py_MOD_GIL_USED}, // ok: gilray-malformed-slots
#endif
    {0}, // ok: gilray-malformed-slots
};
static struct PyModuleDef loom = {PyModuleDef_HEAD_INIT, .m_name = "loom", .m_slots = slots};

PyMODINIT_FUNC PyInit_loom(void) { return PyModuleDef_Init(&loom); }
