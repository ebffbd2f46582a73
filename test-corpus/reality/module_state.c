// reality: the counterpart of static_state: the counter is in the module's state, every interpreter has its own
//
//   main                          ok "count 1"
//   main         nogil            ok, keeps the GIL off
//   legacy                        ok "count 1 | count 1"
//   checked                       ok "count 1 | count 1"
//   own-gil                       ok "count 1 | count 1"
#include <Python.h>

static PyObject *check(PyObject *module, PyObject *unused) {
  int *count = PyModule_GetState(module);
  return PyUnicode_FromFormat("count %d", ++*count);
}

static PyMethodDef methods[] = {{"check", check, METH_NOARGS, NULL}, {NULL, NULL, 0, NULL}};
static PyModuleDef_Slot slots[] = {
#if PY_VERSION_HEX >= 0x030C0000
    {Py_mod_multiple_interpreters, Py_MOD_PER_INTERPRETER_GIL_SUPPORTED},
#endif
#if PY_VERSION_HEX >= 0x030D0000
    {Py_mod_gil, Py_MOD_GIL_NOT_USED},
#endif
    {0, NULL},
};
static struct PyModuleDef def = {
    PyModuleDef_HEAD_INIT, .m_name = "module_state", .m_size = sizeof(int), .m_methods = methods, .m_slots = slots};

PyMODINIT_FUNC PyInit_module_state(void) { return PyModuleDef_Init(&def); }
