// corpus: check=gilray-malformed-slots py=3.13..
// State is asked for, but the create slot returns a dictionary.
#include <Python.h>

static PyObject *create(PyObject *spec, PyModuleDef *definition) { return PyDict_New(); }

static PyModuleDef_Slot slots[] = {
    {Py_mod_create, create}, // expect: gilray-malformed-slots "returns no module"
    {Py_mod_multiple_interpreters, Py_MOD_PER_INTERPRETER_GIL_SUPPORTED},
    {Py_mod_gil, Py_MOD_GIL_USED},
    {0, NULL},
};
static struct PyModuleDef loom = {PyModuleDef_HEAD_INIT, .m_name = "loom", .m_size = 16, .m_slots = slots};

PyMODINIT_FUNC PyInit_loom(void) { return PyModuleDef_Init(&loom); }
