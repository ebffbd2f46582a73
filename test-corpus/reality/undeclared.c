// reality: a multi-phase module that declares nothing
//
//   main                          ok
//   main         nogil            ok, turns the GIL on
//   legacy                        ok
//   checked                       ok
//   own-gil                       ImportError "module undeclared does not support loading in subinterpreters"
#include <Python.h>

static PyModuleDef_Slot slots[] = {{0, NULL}};
static struct PyModuleDef def = {PyModuleDef_HEAD_INIT, .m_name = "undeclared", .m_slots = slots};

PyMODINIT_FUNC PyInit_undeclared(void) { return PyModuleDef_Init(&def); }
