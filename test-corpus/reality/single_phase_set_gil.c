// reality: single-phase initialisation that says at run time that it does not need the GIL
//
//   main                          ok
//   main         nogil            ok, keeps the GIL off
//   legacy                        ok
//   legacy       nogil            ImportError "module single_phase_set_gil does not support loading in subinterpreters"
//   checked                       ImportError "does not support loading in subinterpreters"
//   own-gil                       ImportError "does not support loading in subinterpreters"
#include <Python.h>

static struct PyModuleDef def = {PyModuleDef_HEAD_INIT, .m_name = "single_phase_set_gil", .m_size = -1};

PyMODINIT_FUNC PyInit_single_phase_set_gil(void) {
  PyObject *module = PyModule_Create(&def);
#ifdef Py_GIL_DISABLED
  if (module && PyUnstable_Module_SetGIL(module, Py_MOD_GIL_NOT_USED) < 0) {
    Py_DECREF(module);
    return NULL;
  }
#endif
  return module;
}
