// reality: two create slots
//
//   *                             SystemError "module duplicate_create has multiple create slots"
//   *            py>=3.15         SystemError "module duplicate_create has multiple Py_mod_create"
#include <Python.h>

static PyObject *create(PyObject *spec, PyModuleDef *def) { return PyModule_New("duplicate_create"); }

static PyModuleDef_Slot slots[] = {{Py_mod_create, create}, {Py_mod_create, create}, {0, NULL}};
static struct PyModuleDef def = {PyModuleDef_HEAD_INIT, .m_name = "duplicate_create", .m_slots = slots};

PyMODINIT_FUNC PyInit_duplicate_create(void) { return PyModuleDef_Init(&def); }
