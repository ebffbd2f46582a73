// reality: two exec slots look like a duplicate and are none: both run, in order
//
//   main                          ok "first, second"
//   main         nogil            ok, turns the GIL on
//   legacy                        ok "first, second"
//   checked                       ok
//   own-gil                       ImportError "module two_exec does not support loading in subinterpreters"
#include <Python.h>

static int first(PyObject *module) { return PyModule_AddStringConstant(module, "steps", "first"); }

static int second(PyObject *module) {
  PyObject *steps = PyObject_GetAttrString(module, "steps");
  PyObject *both = steps ? PyUnicode_FromFormat("%U, second", steps) : NULL;
  int status = both ? PyObject_SetAttrString(module, "steps", both) : -1;
  Py_XDECREF(steps);
  Py_XDECREF(both);
  return status;
}

static PyObject *check(PyObject *module, PyObject *unused) { return PyObject_GetAttrString(module, "steps"); }

static PyMethodDef methods[] = {{"check", check, METH_NOARGS, NULL}, {NULL, NULL, 0, NULL}};
static PyModuleDef_Slot slots[] = {{Py_mod_exec, first}, {Py_mod_exec, second}, {0, NULL}};
static struct PyModuleDef def = {
    PyModuleDef_HEAD_INIT, .m_name = "two_exec", .m_methods = methods, .m_slots = slots};

PyMODINIT_FUNC PyInit_two_exec(void) { return PyModuleDef_Init(&def); }
