// reality: a definition with slots is given to the function of single-phase initialisation
//
//   *                             SystemError "module slots_in_single_phase: PyModule_Create is incompatible with m_slots"
//   checked      py==3.13         anything "CPython frees a string that another interpreter's allocator made"
//   own-gil      py==3.13         anything "the same"
//   legacy       py>=3.14         ImportError "failed to import from subinterpreter due to exception"
//   checked      py>=3.14         ImportError "failed to import from subinterpreter due to exception"
//   own-gil      py>=3.14         ImportError "failed to import from subinterpreter due to exception"
#include <Python.h>

static PyModuleDef_Slot slots[] = {{0, NULL}};
static struct PyModuleDef def = {PyModuleDef_HEAD_INIT, .m_name = "slots_in_single_phase", .m_slots = slots};

PyMODINIT_FUNC PyInit_slots_in_single_phase(void) { return PyModule_Create(&def); }
