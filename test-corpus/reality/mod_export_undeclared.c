// reality: the export hook of 3.15 without a word about interpreters and the GIL: the defaults are those of PyInit
//
//   build        py<3.15          fails "PySlot"
//   main                          ok
//   main         nogil            ok, turns the GIL on
//   legacy                        ok
//   checked                       ok
//   own-gil                       ImportError "module mod_export_undeclared does not support loading in subinterpreters"
#include <Python.h>

PyABIInfo_VAR(abi);

static PySlot slots[] = {
    PySlot_STATIC_DATA(Py_mod_abi, &abi),
    PySlot_STATIC_DATA(Py_mod_name, "mod_export_undeclared"),
    PySlot_END,
};

PyMODEXPORT_FUNC PyModExport_mod_export_undeclared(void) { return slots; }
