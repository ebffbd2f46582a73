// reality: a multi-phase module that declares that it does not need the GIL, and nothing about interpreters
//
//   main                          ok
//   main         nogil            ok, keeps the GIL off
//   legacy                        ok
//   checked                       ok
//   own-gil                       ImportError "module gil_not_used does not support loading in subinterpreters"
#include <Python.h>

static PyModuleDef_Slot slots[] = {
#if PY_VERSION_HEX >= 0x030D0000
    {Py_mod_gil, Py_MOD_GIL_NOT_USED},
#endif
    {0, NULL},
};
static struct PyModuleDef def = {PyModuleDef_HEAD_INIT, .m_name = "gil_not_used", .m_slots = slots};

PyMODINIT_FUNC PyInit_gil_not_used(void) { return PyModuleDef_Init(&def); }
