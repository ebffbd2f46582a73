// corpus: check=gilray-malformed-slots py=3.15..
// An export hook must say for which ABI it was compiled, and it has one exec function at most: two mistakes, one finding.
#include <Python.h>

static int one(PyObject *module) { return 0; }
static int two(PyObject *module) { return 0; }

static PySlot slots[] = {
    PySlot_STATIC_DATA(Py_mod_name, "loom"),
    PySlot_FUNC(Py_mod_exec, one),
    PySlot_FUNC(Py_mod_exec, two), // expect: gilray-malformed-slots "Py_mod_abi"
    PySlot_DATA(Py_mod_multiple_interpreters, Py_MOD_PER_INTERPRETER_GIL_SUPPORTED),
    PySlot_DATA(Py_mod_gil, Py_MOD_GIL_USED),
    PySlot_END,
};

PyMODEXPORT_FUNC PyModExport_loom(void) { return slots; }
