#include "dial.h"

static int exec_dial(PyObject *module) { return PyModule_AddIntConstant(module, "steps", 12); }

PyModuleDef_Slot dial_slots[] = { // expect(py>=3.13): gilray-missing-gil-slot
    {Py_mod_exec, exec_dial},
    {Py_mod_multiple_interpreters, Py_MOD_PER_INTERPRETER_GIL_SUPPORTED},
    {0, NULL},
};

PyObject *dial_create(struct PyModuleDef *definition) { return PyModuleDef_Init(definition); }
