// reality: own-GIL support is declared, but the type is static: all interpreters share the one object
//
//   main                          ok
//   main         nogil            ok, keeps the GIL off
//   legacy                        ok "first interpreter | same type object as before"
//   checked                       ok "first interpreter | same type object as before"
//   own-gil                       ok "first interpreter | same type object as before"
#include <Python.h>

static PyTypeObject Shared = {
    PyVarObject_HEAD_INIT(NULL, 0).tp_name = "static_type.Shared",
    .tp_basicsize = sizeof(PyObject),
    .tp_flags = Py_TPFLAGS_DEFAULT,
    .tp_new = PyType_GenericNew,
};

static PyObject *check(PyObject *module, PyObject *unused) {
  static void *before;
  PyObject *type = PyObject_GetAttrString(module, "Shared");
  const char *text = !before ? "first interpreter" : before == type ? "same type object as before" : "another type object";
  before = type;
  Py_XDECREF(type);
  return PyUnicode_FromString(text);
}

static int fill(PyObject *module) {
  if (PyType_Ready(&Shared) < 0)
    return -1;
  Py_INCREF(&Shared);
  return PyModule_AddObject(module, "Shared", (PyObject *)&Shared);
}

static PyMethodDef methods[] = {{"check", check, METH_NOARGS, NULL}, {NULL, NULL, 0, NULL}};
static PyModuleDef_Slot slots[] = {
    {Py_mod_exec, fill},
#if PY_VERSION_HEX >= 0x030C0000
    {Py_mod_multiple_interpreters, Py_MOD_PER_INTERPRETER_GIL_SUPPORTED},
#endif
#if PY_VERSION_HEX >= 0x030D0000
    {Py_mod_gil, Py_MOD_GIL_NOT_USED},
#endif
    {0, NULL},
};
static struct PyModuleDef def = {
    PyModuleDef_HEAD_INIT, .m_name = "static_type", .m_methods = methods, .m_slots = slots};

PyMODINIT_FUNC PyInit_static_type(void) { return PyModuleDef_Init(&def); }
