// reality: the documented way out for state that cannot be divided: the exec slot refuses the second module object. In a
// sub-interpreter, the module is made there only.
// refuses: by its exec function, when it runs for the second time; no declaration tells of that
//
//   main                          ok
//   main         nogil            ok, keeps the GIL off
//   legacy                        ImportError "cannot load module more than once per process"
//   checked                       ImportError "cannot load module more than once per process"
//   own-gil                       ImportError "cannot load module more than once per process"
#include <Python.h>

static int load(PyObject *module) {
  static int loaded;
  if (loaded) {
    PyErr_SetString(PyExc_ImportError, "cannot load module more than once per process");
    return -1;
  }
  loaded = 1;
  return 0;
}

static PyModuleDef_Slot slots[] = {
    {Py_mod_exec, load},
#if PY_VERSION_HEX >= 0x030C0000
    {Py_mod_multiple_interpreters, Py_MOD_PER_INTERPRETER_GIL_SUPPORTED},
#endif
#if PY_VERSION_HEX >= 0x030D0000
    {Py_mod_gil, Py_MOD_GIL_NOT_USED},
#endif
    {0, NULL},
};
static struct PyModuleDef def = {PyModuleDef_HEAD_INIT, .m_name = "once_per_process", .m_slots = slots};

PyMODINIT_FUNC PyInit_once_per_process(void) { return PyModuleDef_Init(&def); }
