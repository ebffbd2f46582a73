// reality: two slots about interpreters
//
//   build        py<3.12          fails "Py_mod_multiple_interpreters"
//   *                             SystemError "has more than one 'multiple interpreters' slots"
//   *            py>=3.15         SystemError "has multiple Py_mod_multiple_interpreters"
#include <Python.h>

static PyModuleDef_Slot slots[] = {
    {Py_mod_multiple_interpreters, Py_MOD_PER_INTERPRETER_GIL_SUPPORTED},
    {Py_mod_multiple_interpreters, Py_MOD_MULTIPLE_INTERPRETERS_SUPPORTED},
    {0, NULL},
};
static struct PyModuleDef def = {PyModuleDef_HEAD_INIT, .m_name = "duplicate_interpreters", .m_slots = slots};

PyMODINIT_FUNC PyInit_duplicate_interpreters(void) { return PyModuleDef_Init(&def); }
