// reality: a value that is made on first use, tested and set under a lock
// corpus: check=gilray-lazy-init-race py=3.13.. gilray="--checks=-gilray-missing-*,-gilray-contradicted-slot,-gilray-mutable-global,-gilray-static-object,-gilray-gilstate-in-subinterpreter,-gilray-heap-type-protocol"
// only: py>=3.13
//
//   main                          ok "one value"
//   legacy                        anything "the threads attach to the main interpreter"
//   checked                       ImportError
//   own-gil                       ImportError
#include "race.h"

#define TRIES 3 // the machine may be so busy that the threads miss each other

static PyMutex lock;
static int made;

static PyObject *build(void) {
  __atomic_add_fetch(&made, 1, __ATOMIC_RELAXED);
  PyObject *fresh = PyDict_New();
  meet(0, racer_number); // both have found nothing, and both store now
  return fresh;
}

static PyObject *table; // the module's cache; the test empties it between the rounds

static PyObject *get(PyObject *module, PyObject *unused) {
  (void)module;
  PyObject *found;
  PyMutex_Lock(&lock);
  if (table == NULL) // ok: gilray-lazy-init-race
    table = build();
  found = Py_XNewRef(table);
  PyMutex_Unlock(&lock);
  return found;
}

static void body(int thread) {
  (void)thread;
  Py_XDECREF(get(NULL, NULL));
}

static PyObject *check(PyObject *module, PyObject *unused) {
  (void)module;
  int twice = 0;
  for (int i = 0; i < TRIES && !twice; i++) {
    __atomic_store_n(&table, NULL, __ATOMIC_SEQ_CST);
    __atomic_store_n(&made, 0, __ATOMIC_SEQ_CST);
    race(body);
    twice = __atomic_load_n(&made, __ATOMIC_SEQ_CST) == 2;
  }
  return PyUnicode_FromString(twice ? "two values" : "one value");
}

static PyMethodDef methods[] = {{"get", get, METH_NOARGS, NULL}, {"check", check, METH_NOARGS, NULL}, {NULL, NULL, 0, NULL}};
static PyModuleDef_Slot slots[] = {
    {Py_mod_multiple_interpreters, Py_MOD_MULTIPLE_INTERPRETERS_NOT_SUPPORTED},
    {Py_mod_gil, Py_MOD_GIL_NOT_USED},
    {0, NULL},
};
static struct PyModuleDef def = {PyModuleDef_HEAD_INIT, .m_name = "race_first_use_fixed", .m_methods = methods, .m_slots = slots};

PyMODINIT_FUNC PyInit_race_first_use_fixed(void) { return PyModuleDef_Init(&def); }
