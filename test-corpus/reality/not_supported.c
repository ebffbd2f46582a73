// reality: a multi-phase module that declares that it does not support several interpreters
//
//   main                          ok
//   main         nogil            ok, turns the GIL on
//   legacy                        ok
//   legacy       nogil            ImportError "module not_supported does not support loading in subinterpreters"
//   checked                       ImportError "module not_supported does not support loading in subinterpreters"
//   own-gil                       ImportError "module not_supported does not support loading in subinterpreters"
#include <Python.h>

static PyModuleDef_Slot slots[] = {
#if PY_VERSION_HEX >= 0x030C0000
    {Py_mod_multiple_interpreters, Py_MOD_MULTIPLE_INTERPRETERS_NOT_SUPPORTED},
#endif
    {0, NULL},
};
static struct PyModuleDef def = {PyModuleDef_HEAD_INIT, .m_name = "not_supported", .m_slots = slots};

PyMODINIT_FUNC PyInit_not_supported(void) { return PyModuleDef_Init(&def); }
