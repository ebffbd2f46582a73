// reality: the slot is compiled only from 3.14 on, and 3.13 would need it too
//
//   main                          ok
//   main         nogil, py<3.14   ok, turns the GIL on
//   main         nogil, py>=3.14  ok, keeps the GIL off
//   legacy                        ok
//   checked                       ok
//   own-gil                       ImportError "module hidden_slot does not support loading in subinterpreters"
#include <Python.h>

static PyModuleDef_Slot slots[] = {
#if PY_VERSION_HEX >= 0x030E0000
    {Py_mod_gil, Py_MOD_GIL_NOT_USED},
#endif
    {0, NULL},
};
static struct PyModuleDef def = {PyModuleDef_HEAD_INIT, .m_name = "hidden_slot", .m_slots = slots};

PyMODINIT_FUNC PyInit_hidden_slot(void) { return PyModuleDef_Init(&def); }
