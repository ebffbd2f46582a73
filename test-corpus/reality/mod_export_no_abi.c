// reality: the export hook of 3.15 must say which ABI it was built for
//
//   build        py<3.15          fails "PySlot"
//   *                             SystemError "does not define Py_mod_abi"
#include <Python.h>

static PySlot slots[] = {PySlot_STATIC_DATA(Py_mod_name, "mod_export_no_abi"), PySlot_END};

PyMODEXPORT_FUNC PyModExport_mod_export_no_abi(void) { return slots; }
