// reality: a slot number that no Python knows
//
//   *                             SystemError "module unknown_slot uses unknown slot ID 1000"
//   *            py>=3.15         SystemError "unknown module slot ID 1000"
#include <Python.h>

static PyModuleDef_Slot slots[] = {{1000, NULL}, {0, NULL}};
static struct PyModuleDef def = {PyModuleDef_HEAD_INIT, .m_name = "unknown_slot", .m_slots = slots};

PyMODINIT_FUNC PyInit_unknown_slot(void) { return PyModuleDef_Init(&def); }
