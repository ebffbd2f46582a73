// reality: the export hook of 3.15, which declares everything
//
//   build        py<3.15          fails "PySlot"
//   main                          ok
//   main         nogil            ok, keeps the GIL off
//   legacy                        ok
//   checked                       ok
//   own-gil                       ok
#include <Python.h>

PyABIInfo_VAR(abi);

static PySlot slots[] = {
    PySlot_STATIC_DATA(Py_mod_abi, &abi),
    PySlot_STATIC_DATA(Py_mod_name, "mod_export"),
    PySlot_DATA(Py_mod_multiple_interpreters, Py_MOD_PER_INTERPRETER_GIL_SUPPORTED),
    PySlot_DATA(Py_mod_gil, Py_MOD_GIL_NOT_USED),
    PySlot_END,
};

PyMODEXPORT_FUNC PyModExport_mod_export(void) { return slots; }
