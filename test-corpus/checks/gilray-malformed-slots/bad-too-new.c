// corpus: check=gilray-malformed-slots py=3.9..
// A number instead of a name hides that old versions do not know the slot.
#include <Python.h>

static PyModuleDef_Slot slots[] = {
    {4, (void *)1}, // expect(py<3.13): gilray-malformed-slots "unknown to Python"
#ifdef Py_mod_multiple_interpreters
    {Py_mod_multiple_interpreters, Py_MOD_PER_INTERPRETER_GIL_SUPPORTED},
#endif
    {0, NULL},
};
static struct PyModuleDef loom = {PyModuleDef_HEAD_INIT, .m_name = "loom", .m_slots = slots};

PyMODINIT_FUNC PyInit_loom(void) { return PyModuleDef_Init(&loom); }
