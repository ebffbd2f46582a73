// reality: the slot about the GIL as a number, without a test of the version: older Pythons refuse it
//
//   main         py<3.13          SystemError "uses unknown slot ID 4"
//   legacy       py<3.13          SystemError "uses unknown slot ID 4"
//   own-gil      py<3.13          SystemError "uses unknown slot ID 4"
//   main         py>=3.13         ok
//   main         nogil            ok, keeps the GIL off
//   legacy       py>=3.13         ok
//   checked      py>=3.13         ok
//   own-gil      py>=3.13         ImportError "does not support loading in subinterpreters"
#include <Python.h>

static PyModuleDef_Slot slots[] = {{4, (void *)1}, {0, NULL}};
static struct PyModuleDef def = {PyModuleDef_HEAD_INIT, .m_name = "new_slot_number", .m_slots = slots};

PyMODINIT_FUNC PyInit_new_slot_number(void) { return PyModuleDef_Init(&def); }
