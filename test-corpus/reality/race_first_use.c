// reality: a value that is made on first use: without a GIL two threads make one each
// corpus: check=gilray-lazy-init-race py=3.13.. gilray="--checks=-gilray-missing-*,-gilray-contradicted-slot,-gilray-mutable-global,-gilray-static-object,-gilray-gilstate-in-subinterpreter,-gilray-heap-type-protocol"
// only: py>=3.13
//
//   main                          ok "one value"
//   main         nogil            ok "two values"
//   legacy                        anything "the threads attach to the main interpreter"
//   checked                       ImportError
//   own-gil                       ImportError
#include "race.h"

#define ROUNDS 100

static PyObject *build(void) {
  PyObject *made = PyDict_New();
  for (long i = 0; made && i < 300; i++) {
    PyObject *key = PyLong_FromLong(i);
    if (key)
      PyDict_SetItem(made, key, Py_None);
    Py_XDECREF(key);
  }
  return made;
}

static PyObject *table; // the module's cache; the test empties it between the rounds

static PyObject *get(PyObject *module, PyObject *unused) {
  (void)module;
  PyObject *found;
  if (table == NULL) // expect: gilray-lazy-init-race "'table' is set on first use"
    table = build();
  found = Py_XNewRef(table);
  return found;
}

PyObject *seen[2];

static void body(int thread) {
  PyObject *mine = get(NULL, NULL);
  __atomic_store_n(&seen[thread], mine, __ATOMIC_SEQ_CST);
}

static PyObject *check(PyObject *module, PyObject *unused) {
  (void)module;
  int differ = 0;
  for (int i = 0; i < ROUNDS && !differ; i++) {
    __atomic_store_n(&table, NULL, __ATOMIC_SEQ_CST);
    race(body);
    differ = __atomic_load_n(&seen[0], __ATOMIC_SEQ_CST) != __atomic_load_n(&seen[1], __ATOMIC_SEQ_CST);
  }
  return PyUnicode_FromString(differ ? "two values" : "one value");
}

static PyMethodDef methods[] = {{"get", get, METH_NOARGS, NULL}, {"check", check, METH_NOARGS, NULL}, {NULL, NULL, 0, NULL}};
static PyModuleDef_Slot slots[] = {
    {Py_mod_multiple_interpreters, Py_MOD_MULTIPLE_INTERPRETERS_NOT_SUPPORTED},
    {Py_mod_gil, Py_MOD_GIL_NOT_USED},
    {0, NULL},
};
static struct PyModuleDef def = {PyModuleDef_HEAD_INIT, .m_name = "race_first_use", .m_methods = methods, .m_slots = slots};

PyMODINIT_FUNC PyInit_race_first_use(void) { return PyModuleDef_Init(&def); }
