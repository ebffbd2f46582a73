// corpus: check=* py=3.13..
// With the directive; and one that only a free-threaded build shows.
#include <Python.h>

static int __pyx_pymod_exec_scale(PyObject *module) { return PyModule_AddIntConstant(module, "grams", 1000); }

static PyModuleDef_Slot __pyx_moduledef_slots[] = { // ok: gilray-missing-interpreters-slot  Cython decides about that
    {Py_mod_exec, (void *)__pyx_pymod_exec_scale},
#ifdef Py_GIL_DISABLED
    {Py_mod_gil, Py_MOD_GIL_NOT_USED},
#endif
    {0, NULL},
};
static struct PyModuleDef __pyx_moduledef = {PyModuleDef_HEAD_INIT, .m_name = "scale", .m_slots = __pyx_moduledef_slots};

PyMODINIT_FUNC PyInit_scale(void) // ok: gilray-binding-declaration
{
    return PyModuleDef_Init(&__pyx_moduledef);
}
