// reality: the export does not have the module's name
//
//   *                             ImportError "dynamic module does not define module export function"
#include <Python.h>

static PyModuleDef_Slot slots[] = {{0, NULL}};
static struct PyModuleDef def = {PyModuleDef_HEAD_INIT, .m_name = "wrong_init_name", .m_slots = slots};

PyMODINIT_FUNC PyInit_wrong_name(void) { return PyModuleDef_Init(&def); }
