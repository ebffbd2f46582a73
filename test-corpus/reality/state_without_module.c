// reality: the create slot returns something that is no module, and the definition asks for state.
// What it declares about interpreters is looked at first.
//
//   *                             SystemError "is not a module object, but requests module state"
//   own-gil                       ImportError "module state_without_module does not support loading in subinterpreters"
#include <Python.h>

static PyObject *create(PyObject *spec, PyModuleDef *def) { return PyDict_New(); }

static PyModuleDef_Slot slots[] = {{Py_mod_create, create}, {0, NULL}};
static struct PyModuleDef def = {
    PyModuleDef_HEAD_INIT, .m_name = "state_without_module", .m_size = 8, .m_slots = slots};

PyMODINIT_FUNC PyInit_state_without_module(void) { return PyModuleDef_Init(&def); }
