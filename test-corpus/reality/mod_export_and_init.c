// reality: both exports: from 3.15 on the hook counts, before it the function. The two declare different things
//
//   main                          ok
//   main         nogil, py<3.15   ok, turns the GIL on
//   main         nogil, py>=3.15  ok, keeps the GIL off
//   legacy                        ok
//   checked                       ok
//   own-gil                       ImportError "does not support loading in subinterpreters"
//   own-gil      py>=3.15         ok
#include <Python.h>

static PyModuleDef_Slot def_slots[] = {{0, NULL}};
static struct PyModuleDef def = {PyModuleDef_HEAD_INIT, .m_name = "mod_export_and_init", .m_slots = def_slots};

PyMODINIT_FUNC PyInit_mod_export_and_init(void) { return PyModuleDef_Init(&def); }

#if PY_VERSION_HEX >= 0x030F0000
PyABIInfo_VAR(abi);

static PySlot slots[] = {
    PySlot_STATIC_DATA(Py_mod_abi, &abi),
    PySlot_STATIC_DATA(Py_mod_name, "mod_export_and_init"),
    PySlot_DATA(Py_mod_multiple_interpreters, Py_MOD_PER_INTERPRETER_GIL_SUPPORTED),
    PySlot_DATA(Py_mod_gil, Py_MOD_GIL_NOT_USED),
    PySlot_END,
};

PyMODEXPORT_FUNC PyModExport_mod_export_and_init(void) { return slots; }
#endif
