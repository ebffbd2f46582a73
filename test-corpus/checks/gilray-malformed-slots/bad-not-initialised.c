// corpus: check=gilray-malformed-slots py=3.13..
// The definition is returned as it is.
#include <Python.h>

static PyModuleDef_Slot slots[] = {
    {Py_mod_multiple_interpreters, Py_MOD_PER_INTERPRETER_GIL_SUPPORTED},
    {Py_mod_gil, Py_MOD_GIL_USED},
    {0, NULL},
};
static struct PyModuleDef loom = {PyModuleDef_HEAD_INIT, .m_name = "loom", .m_slots = slots};

PyMODINIT_FUNC PyInit_loom(void) // expect: gilray-malformed-slots "without PyModuleDef_Init"
{
    return (PyObject *)&loom;
}
