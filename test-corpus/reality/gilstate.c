// reality: own-GIL support is declared, but a thread of the library calls back with PyGILState: into the main interpreter,
// whichever interpreter started it, and under another lock than that interpreter's
//
//   main                          ok "callback in the caller's interpreter"
//   main         nogil            ok, keeps the GIL off
//   legacy                        ok "callback in the main interpreter | callback in the main interpreter"
//   checked                       ok "callback in the main interpreter | callback in the main interpreter"
//   own-gil                       ok "callback in the main interpreter | callback in the main interpreter"
#include <Python.h>
#include <pthread.h>

static void *callback(void *answer) {
  PyGILState_STATE state = PyGILState_Ensure();
  *(PyInterpreterState **)answer = PyThreadState_GetInterpreter(PyThreadState_Get());
  PyGILState_Release(state);
  return NULL;
}

static PyObject *check(PyObject *module, PyObject *unused) {
  PyInterpreterState *own = PyThreadState_GetInterpreter(PyThreadState_Get()), *theirs = NULL;
  pthread_t thread;
  if (pthread_create(&thread, NULL, callback, &theirs) != 0)
    return PyErr_SetFromErrno(PyExc_OSError);
  Py_BEGIN_ALLOW_THREADS
  pthread_join(thread, NULL);
  Py_END_ALLOW_THREADS
  return PyUnicode_FromString(theirs == own                           ? "callback in the caller's interpreter"
                              : theirs == PyInterpreterState_Main() ? "callback in the main interpreter"
                                                                      : "callback in some interpreter");
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
static struct PyModuleDef def = {PyModuleDef_HEAD_INIT, .m_name = "gilstate", .m_methods = methods, .m_slots = slots};

PyMODINIT_FUNC PyInit_gilstate(void) { return PyModuleDef_Init(&def); }
