// reality: a multi-phase module that declares that it needs the GIL
//
//   main                          ok
//   main         nogil            ok, turns the GIL on
//   legacy                        ok
//   checked                       ok
//   own-gil                       ImportError "module gil_used does not support loading in subinterpreters"
#include <Python.h>

static PyModuleDef_Slot slots[] = {
#if PY_VERSION_HEX >= 0x030D0000
    {Py_mod_gil, Py_MOD_GIL_USED},
#endif
    {0, NULL},
};
static struct PyModuleDef def = {PyModuleDef_HEAD_INIT, .m_name = "gil_used", .m_slots = slots};

PyMODINIT_FUNC PyInit_gil_used(void) { return PyModuleDef_Init(&def); }
