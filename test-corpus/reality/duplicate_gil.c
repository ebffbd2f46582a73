// reality: two slots about the GIL
//
//   build        py<3.13          fails "Py_mod_gil"
//   *                             SystemError "module duplicate_gil has more than one 'gil' slot"
//   *            py>=3.15         SystemError "module duplicate_gil has multiple Py_mod_gil"
#include <Python.h>

static PyModuleDef_Slot slots[] = {
    {Py_mod_gil, Py_MOD_GIL_NOT_USED},
    {Py_mod_gil, Py_MOD_GIL_NOT_USED},
    {0, NULL},
};
static struct PyModuleDef def = {PyModuleDef_HEAD_INIT, .m_name = "duplicate_gil", .m_slots = slots};

PyMODINIT_FUNC PyInit_duplicate_gil(void) { return PyModuleDef_Init(&def); }
