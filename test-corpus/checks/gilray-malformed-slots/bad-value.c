// corpus: check=gilray-malformed-slots py=3.13..
// A value that belongs to the other slot, and one that does not exist: one finding, the other is a note.
#include <Python.h>

static PyModuleDef_Slot slots[] = {
    {Py_mod_multiple_interpreters, Py_MOD_GIL_NOT_USED}, // expect: gilray-malformed-slots "another value counts as the default"
    {Py_mod_gil, (void *)7},
    {0, NULL},
};
static struct PyModuleDef loom = {PyModuleDef_HEAD_INIT, .m_name = "loom", .m_slots = slots};

PyMODINIT_FUNC PyInit_loom(void) { return PyModuleDef_Init(&loom); }
