// corpus: check=gilray-missing-interpreters-slot py=3.13..
// Two modules in one program, each with its own declarations.
#include <Python.h>

static PyModuleDef_Slot slots[] = { // ok: gilray-missing-interpreters-slot  this one does
    {Py_mod_multiple_interpreters, Py_MOD_MULTIPLE_INTERPRETERS_NOT_SUPPORTED},
    {Py_mod_gil, Py_MOD_GIL_USED},
    {0, NULL},
};
static struct PyModuleDef tide = {PyModuleDef_HEAD_INIT, .m_name = "sea.tide", .m_slots = slots};

PyMODINIT_FUNC PyInit_tide(void) { return PyModuleDef_Init(&tide); }
