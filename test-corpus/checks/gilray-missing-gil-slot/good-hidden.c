// corpus: check=* py=3.12..
// What a skipped part of the file would declare is not missing.
#include <Python.h>

static PyModuleDef_Slot slots[] = { // ok: gilray-missing-gil-slot  the build decides
    {Py_mod_multiple_interpreters, Py_MOD_PER_INTERPRETER_GIL_SUPPORTED},
#ifdef DIAL_WITHOUT_GIL
    {Py_mod_gil, Py_MOD_GIL_NOT_USED},
#endif
    {0, NULL},
};
static struct PyModuleDef dial = {PyModuleDef_HEAD_INIT, .m_name = "dial", .m_slots = slots};

PyMODINIT_FUNC PyInit_dial(void) { return PyModuleDef_Init(&dial); }
