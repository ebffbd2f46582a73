// What the cases about heap types have in common: a module that declares everything, whose check() makes a type from the
// spec, keeps an instance in the type's own namespace, drops both, and tells whether the collector frees them.
#include <Python.h>

static PyObject *type_is_collected(PyType_Spec *spec) {
  PyObject *type = PyType_FromSpec(spec);
  PyObject *instance = type ? PyObject_CallObject(type, NULL) : NULL;
  PyObject *seen = instance ? PyObject_CallMethod(PyImport_ImportModule("weakref"), "ref", "O", type) : NULL;
  if (!seen || PyObject_SetAttrString(type, "kept", instance) < 0)
    return NULL;
  Py_DECREF(instance);
  Py_DECREF(type);
  PyObject *collected = PyObject_CallMethod(PyImport_ImportModule("gc"), "collect", NULL);
  if (!collected)
    return NULL;
  Py_DECREF(collected);
  PyObject *alive = PyObject_CallObject(seen, NULL);
  const char *text = alive == Py_None ? "collected" : "leaked";
  Py_DECREF(seen);
  Py_XDECREF(alive);
  return PyUnicode_FromString(text);
}

#if PY_VERSION_HEX >= 0x030D0000
#define DECLARED                                                                                                         \
  {Py_mod_multiple_interpreters, Py_MOD_PER_INTERPRETER_GIL_SUPPORTED}, {Py_mod_gil, Py_MOD_GIL_NOT_USED},
#elif PY_VERSION_HEX >= 0x030C0000
#define DECLARED {Py_mod_multiple_interpreters, Py_MOD_PER_INTERPRETER_GIL_SUPPORTED},
#else
#define DECLARED
#endif

#define HEAP_TYPE_MODULE(name, spec)                                                                                     \
  static PyObject *check(PyObject *module, PyObject *unused) { return type_is_collected(&spec); }                        \
  static PyMethodDef methods[] = {{"check", check, METH_NOARGS, NULL}, {NULL, NULL, 0, NULL}};                           \
  static PyModuleDef_Slot slots[] = {DECLARED{0, NULL}};                                                                 \
  static struct PyModuleDef def = {PyModuleDef_HEAD_INIT, .m_name = #name, .m_methods = methods, .m_slots = slots};      \
  PyMODINIT_FUNC PyInit_##name(void) { return PyModuleDef_Init(&def); }
