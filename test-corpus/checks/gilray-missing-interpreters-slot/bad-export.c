// corpus: check=gilray-missing-interpreters-slot py=3.15..
// An export hook whose slots are spread over two arrays.
#include <Python.h>

PyABIInfo_VAR(abi);

static PySlot settings[] = {PySlot_DATA(Py_mod_gil, Py_MOD_GIL_USED), PySlot_END};
static PySlot slots[] = { // expect: gilray-missing-interpreters-slot
    PySlot_STATIC_DATA(Py_mod_abi, &abi),
    PySlot_STATIC_DATA(Py_mod_name, "tide"),
    PySlot_DATA(Py_slot_subslots, settings),
    PySlot_END,
};

PyMODEXPORT_FUNC PyModExport_tide(void) { return slots; }
