// reality: single-phase initialisation
//
//   main                          ok
//   main         nogil            ok, turns the GIL on
//   legacy                        ok
//   legacy       nogil            ImportError "module single_phase does not support loading in subinterpreters"
//   checked                       ImportError "module single_phase does not support loading in subinterpreters"
//   own-gil                       ImportError "module single_phase does not support loading in subinterpreters"
#include <Python.h>

static struct PyModuleDef def = {PyModuleDef_HEAD_INIT, .m_name = "single_phase", .m_size = -1};

PyMODINIT_FUNC PyInit_single_phase(void) { return PyModule_Create(&def); }
