// reality: a multi-phase module that declares both: a lock per interpreter, and no need of the GIL
//
//   main                          ok
//   main         nogil            ok, keeps the GIL off
//   legacy                        ok
//   checked                       ok
//   own-gil                       ok
#include <Python.h>

static PyModuleDef_Slot slots[] = {
#if PY_VERSION_HEX >= 0x030C0000
    {Py_mod_multiple_interpreters, Py_MOD_PER_INTERPRETER_GIL_SUPPORTED},
#endif
#if PY_VERSION_HEX >= 0x030D0000
    {Py_mod_gil, Py_MOD_GIL_NOT_USED},
#endif
    {0, NULL},
};
static struct PyModuleDef def = {PyModuleDef_HEAD_INIT, .m_name = "everything", .m_slots = slots};

PyMODINIT_FUNC PyInit_everything(void) { return PyModuleDef_Init(&def); }
