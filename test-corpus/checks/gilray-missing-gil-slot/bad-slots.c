// corpus: check=gilray-missing-gil-slot
// The slots speak of interpreters and not of the GIL.
#include <Python.h>

static int exec_dial(PyObject *module) { return PyModule_AddIntConstant(module, "steps", 12); }

static PyModuleDef_Slot slots[] = { // expect(py>=3.13): gilray-missing-gil-slot "module 'dial'"
    {Py_mod_exec, exec_dial},
#if PY_VERSION_HEX >= 0x030C0000
    {Py_mod_multiple_interpreters, Py_MOD_PER_INTERPRETER_GIL_SUPPORTED},
#endif
    {0, NULL},
};
static struct PyModuleDef dial = {PyModuleDef_HEAD_INIT, .m_name = "dial", .m_slots = slots};

PyMODINIT_FUNC PyInit_dial(void) { return PyModuleDef_Init(&dial); }
