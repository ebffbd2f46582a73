// corpus: check=* py=3.15..
// Both declarations stand in an array of sub-slots.
#include <Python.h>

PyABIInfo_VAR(abi);

static PySlot settings[] = {
    PySlot_DATA(Py_mod_multiple_interpreters, Py_MOD_PER_INTERPRETER_GIL_SUPPORTED),
    PySlot_DATA(Py_mod_gil, Py_MOD_GIL_USED),
    PySlot_END,
};
static PySlot slots[] = { // ok: gilray-missing-interpreters-slot
    PySlot_STATIC_DATA(Py_mod_abi, &abi),
    PySlot_STATIC_DATA(Py_mod_name, "tide"),
    PySlot_DATA(Py_slot_subslots, settings),
    PySlot_END,
};

PyMODEXPORT_FUNC PyModExport_tide(void) { return slots; }
