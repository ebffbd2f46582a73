// corpus: check=gilray-missing-interpreters-slot
// In C++ the cast of a function makes the array's initialiser dynamic; its slots are known all the same.
#include <Python.h>

namespace {

int exec_tide(PyObject *module) { return PyModule_AddIntConstant(module, "hours", 12); }

PyModuleDef_Slot slots[] = { // expect(py>=3.12): gilray-missing-interpreters-slot "module 'tide'"
    {Py_mod_exec, reinterpret_cast<void *>(exec_tide)},
#ifdef Py_GIL_DISABLED
    {Py_mod_gil, Py_MOD_GIL_NOT_USED},
#endif
    {0, nullptr},
};
PyModuleDef tide = {PyModuleDef_HEAD_INIT, "tide", nullptr, 0, nullptr, slots, nullptr, nullptr, nullptr};

} // namespace

PyMODINIT_FUNC PyInit_tide(void) { return PyModuleDef_Init(&tide); }
