// corpus: check=* py=3.12..
// Two arrays, of which the preprocessor takes one.
#include <Python.h>

#ifdef DIAL_WITHOUT_GIL
static PyModuleDef_Slot slots[] = {
    {Py_mod_multiple_interpreters, Py_MOD_PER_INTERPRETER_GIL_SUPPORTED},
    {Py_mod_gil, Py_MOD_GIL_NOT_USED},
    {0, NULL},
};
#else
static PyModuleDef_Slot slots[] = { // ok: gilray-missing-gil-slot
    {Py_mod_multiple_interpreters, Py_MOD_PER_INTERPRETER_GIL_SUPPORTED},
    {0, NULL},
};
#endif
static struct PyModuleDef dial = {PyModuleDef_HEAD_INIT, .m_name = "dial", .m_slots = slots};

PyMODINIT_FUNC PyInit_dial(void) { return PyModuleDef_Init(&dial); }
