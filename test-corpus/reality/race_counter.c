// reality: two threads count in a static variable, and lose counts without a GIL
// corpus: check=gilray-unguarded-global py=3.13.. gilray="--checks=-gilray-missing-*,-gilray-contradicted-slot,-gilray-mutable-global,-gilray-static-object,-gilray-gilstate-in-subinterpreter,-gilray-heap-type-protocol"
// only: py>=3.13
//
//   main                          ok "all there"
//   main         nogil            ok "lost"
//   legacy                        anything "the threads attach to the main interpreter"
//   checked                       ImportError
//   own-gil                       ImportError
#include "race.h"

#define TRIES 3 // the machine may be so busy that the threads miss each other

static long calls;

static PyObject *count(PyObject *module, PyObject *unused) {
  (void)module;
  long before = calls;
  meet(0, racer_number);
  calls = before + 1; // expect: gilray-unguarded-global "'calls'"
  return Py_NewRef(Py_None);
}

static void body(int thread) {
  (void)thread;
  Py_XDECREF(count(NULL, NULL));
}

static PyObject *check(PyObject *module, PyObject *unused) {
  (void)module;
  long tries = 0;
  do
    race(body);
  while (++tries < TRIES && calls == 2 * tries);
  return PyUnicode_FromString(calls == 2 * tries ? "all there" : "lost");
}

static PyMethodDef methods[] = {{"count", count, METH_NOARGS, NULL}, {"check", check, METH_NOARGS, NULL}, {NULL, NULL, 0, NULL}};
static PyModuleDef_Slot slots[] = {
    {Py_mod_multiple_interpreters, Py_MOD_MULTIPLE_INTERPRETERS_NOT_SUPPORTED},
    {Py_mod_gil, Py_MOD_GIL_NOT_USED},
    {0, NULL},
};
static struct PyModuleDef def = {PyModuleDef_HEAD_INIT, .m_name = "race_counter", .m_methods = methods, .m_slots = slots};

PyMODINIT_FUNC PyInit_race_counter(void) { return PyModuleDef_Init(&def); }
