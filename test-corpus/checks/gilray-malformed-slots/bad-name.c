// corpus: check=gilray-malformed-slots py=3.13..
// Definition and init function disagree about the name.
#include <Python.h>

static PyModuleDef_Slot slots[] = {
    {Py_mod_multiple_interpreters, Py_MOD_PER_INTERPRETER_GIL_SUPPORTED},
    {Py_mod_gil, Py_MOD_GIL_USED},
    {0, NULL},
};
static struct PyModuleDef loom = {PyModuleDef_HEAD_INIT, .m_name = "weaving.loom", .m_slots = slots};

PyMODINIT_FUNC PyInit__loom(void) // expect: gilray-malformed-slots "called 'loom' in its definition"
{
    return PyModuleDef_Init(&loom);
}
