// reality: a slot with a value that does not exist is accepted without a word, and counts as "supported"
//
//   main                          ok
//   main         nogil            ok, turns the GIL on
//   legacy                        ok
//   checked                       ok
//   own-gil                       ImportError "module bad_value does not support loading in subinterpreters"
#include <Python.h>

static PyModuleDef_Slot slots[] = {
#if PY_VERSION_HEX >= 0x030C0000
    {Py_mod_multiple_interpreters, (void *)7},
#endif
    {0, NULL},
};
static struct PyModuleDef def = {PyModuleDef_HEAD_INIT, .m_name = "bad_value", .m_slots = slots};

PyMODINIT_FUNC PyInit_bad_value(void) { return PyModuleDef_Init(&def); }
