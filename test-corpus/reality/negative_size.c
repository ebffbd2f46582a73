// reality: m_size < 0 says "no several instances", slots say the opposite
//
//   *                             SystemError "module negative_size: m_size may not be negative for multi-phase initialization"
#include <Python.h>

static PyModuleDef_Slot slots[] = {{0, NULL}};
static struct PyModuleDef def = {PyModuleDef_HEAD_INIT, .m_name = "negative_size", .m_size = -1, .m_slots = slots};

PyMODINIT_FUNC PyInit_negative_size(void) { return PyModuleDef_Init(&def); }
