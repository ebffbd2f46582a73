// corpus: check=gilray-missing-interpreters-slot
// The slots speak of the GIL and not of interpreters.
#include <Python.h>

static int exec_tide(PyObject *module) { return PyModule_AddIntConstant(module, "hours", 12); }

static PyModuleDef_Slot slots[] = { // expect(py>=3.12): gilray-missing-interpreters-slot "module 'tide'"
    {Py_mod_exec, exec_tide},
#ifdef Py_mod_gil
    {Py_mod_gil, Py_MOD_GIL_USED},
#endif
    {0, NULL},
};
static struct PyModuleDef tide = {PyModuleDef_HEAD_INIT, .m_name = "tide", .m_slots = slots};

PyMODINIT_FUNC PyInit_tide(void) { return PyModuleDef_Init(&tide); }
