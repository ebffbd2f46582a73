// reality: a multi-phase module that declares interpreters with a lock each, and nothing about free threading
//
//   main                          ok
//   main         nogil            ok, turns the GIL on
//   legacy                        ok
//   checked                       ok
//   own-gil                       ok
#include <Python.h>

static PyModuleDef_Slot slots[] = {
#if PY_VERSION_HEX >= 0x030C0000
    {Py_mod_multiple_interpreters, Py_MOD_PER_INTERPRETER_GIL_SUPPORTED},
#endif
    {0, NULL},
};
static struct PyModuleDef def = {PyModuleDef_HEAD_INIT, .m_name = "own_gil", .m_slots = slots};

PyMODINIT_FUNC PyInit_own_gil(void) { return PyModuleDef_Init(&def); }
