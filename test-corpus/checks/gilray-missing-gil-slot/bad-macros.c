// corpus: check=gilray-missing-gil-slot py=3.12..
// Names and slots come from macros of the project.
#include <Python.h>

#define MODULE_INIT(name) PyMODINIT_FUNC PyInit_##name(void)
#define SLOT(id, value) {Py_mod_##id, (void *)(value)}
#define END_OF_SLOTS {0, NULL}

static int exec_dial(PyObject *module) { return PyModule_AddIntConstant(module, "steps", 12); }

static PyModuleDef_Slot dial_slots[] = { // expect(py>=3.13): gilray-missing-gil-slot
    SLOT(exec, exec_dial),
    SLOT(multiple_interpreters, Py_MOD_PER_INTERPRETER_GIL_SUPPORTED),
    END_OF_SLOTS,
};
static struct PyModuleDef dial_def = {PyModuleDef_HEAD_INIT, .m_name = "dial", .m_slots = dial_slots};

MODULE_INIT(dial) { return PyModuleDef_Init(&dial_def); }
