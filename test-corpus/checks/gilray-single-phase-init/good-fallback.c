// corpus: check=* py=3.9..
// Single-phase only where Python knows nothing else: that part is not compiled.
#include <Python.h>

static PyModuleDef_Slot slots[] = {
#ifdef Py_mod_multiple_interpreters
    {Py_mod_multiple_interpreters, Py_MOD_PER_INTERPRETER_GIL_SUPPORTED},
#endif
#ifdef Py_mod_gil
    {Py_mod_gil, Py_MOD_GIL_NOT_USED},
#endif
    {0, NULL},
};
static struct PyModuleDef kiln = {PyModuleDef_HEAD_INIT, .m_name = "kiln", .m_slots = slots};

PyMODINIT_FUNC PyInit_kiln(void)
{
#if PY_VERSION_HEX < 0x03050000
    return PyModule_Create(&kiln);
#else
    return PyModuleDef_Init(&kiln); // ok: gilray-single-phase-init
#endif
}
