// corpus: check=gilray-malformed-slots py=3.13..
// m_size -1 means single-phase initialisation.
#include <Python.h>

static PyModuleDef_Slot slots[] = {
    {Py_mod_multiple_interpreters, Py_MOD_PER_INTERPRETER_GIL_SUPPORTED},
    {Py_mod_gil, Py_MOD_GIL_USED},
    {0, NULL},
};
static struct PyModuleDef loom = {
    PyModuleDef_HEAD_INIT,
    .m_name = "loom",
    .m_size = -1, // expect: gilray-malformed-slots "m_size"
    .m_slots = slots,
};

PyMODINIT_FUNC PyInit_loom(void) { return PyModuleDef_Init(&loom); }
