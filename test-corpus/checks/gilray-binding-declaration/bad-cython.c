// corpus: check=gilray-binding-declaration py=3.13..
// What Cython writes without the directive freethreading_compatible.
#include <Python.h>

static int __pyx_pymod_exec_scale(PyObject *module) { return PyModule_AddIntConstant(module, "grams", 1000); }

static PyModuleDef_Slot __pyx_moduledef_slots[] = {
    {Py_mod_exec, (void *)__pyx_pymod_exec_scale},
    {Py_mod_gil, Py_MOD_GIL_USED},
    {0, NULL},
};
static struct PyModuleDef __pyx_moduledef = {PyModuleDef_HEAD_INIT, .m_name = "scale", .m_slots = __pyx_moduledef_slots};

PyMODINIT_FUNC PyInit_scale(void) // expect: gilray-binding-declaration "freethreading_compatible"
{
    return PyModuleDef_Init(&__pyx_moduledef);
}
