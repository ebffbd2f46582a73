// reality: a multi-phase module that declares several interpreters, not one lock each
//
//   build        py<3.12          fails "Py_mod_multiple_interpreters"
//   main                          ok
//   main         nogil            ok, turns the GIL on
//   legacy                        ok
//   checked                       ok
//   own-gil                       ImportError "module supported does not support loading in subinterpreters"
#include <Python.h>

static PyModuleDef_Slot slots[] = {
    {Py_mod_multiple_interpreters, Py_MOD_MULTIPLE_INTERPRETERS_SUPPORTED},
    {0, NULL},
};
static struct PyModuleDef def = {PyModuleDef_HEAD_INIT, .m_name = "supported", .m_slots = slots};

PyMODINIT_FUNC PyInit_supported(void) { return PyModuleDef_Init(&def); }
