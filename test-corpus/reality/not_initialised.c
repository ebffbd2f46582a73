// reality: the definition is returned without PyModuleDef_Init
//
//   *                             SystemError "init function of not_initialised returned uninitialized object"
//   legacy       py>=3.14         ImportError "failed to import from subinterpreter due to exception"
//   checked      py>=3.14         ImportError "failed to import from subinterpreter due to exception"
//   own-gil      py>=3.14         ImportError "failed to import from subinterpreter due to exception"
#include <Python.h>

static PyModuleDef_Slot slots[] = {{0, NULL}};
static struct PyModuleDef def = {PyModuleDef_HEAD_INIT, .m_name = "not_initialised", .m_slots = slots};

PyMODINIT_FUNC PyInit_not_initialised(void) { return (PyObject *)&def; }
