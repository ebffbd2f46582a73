// reality: a busy flag that is tested and set in a critical section
// corpus: check=gilray-unguarded-field py=3.13.. gilray="--checks=-gilray-missing-*,-gilray-contradicted-slot,-gilray-mutable-global,-gilray-static-object,-gilray-gilstate-in-subinterpreter,-gilray-heap-type-protocol"
// only: py>=3.13
//
//   main                          ok "one at a time"
//   legacy                        anything "the threads attach to the main interpreter"
//   checked                       ImportError
//   own-gil                       ImportError
#include "race.h"

#define TRIES 3 // the machine may be so busy that the threads miss each other

typedef struct {
  PyObject_HEAD
  int busy;
} Box;

static int inside, most;

static PyObject *box_work(PyObject *op, PyObject *unused) {
  Box *self = (Box *)op;
  int mine;
  Py_BEGIN_CRITICAL_SECTION(op);
  mine = !self->busy;
  self->busy = 1; // ok: gilray-unguarded-field
  Py_END_CRITICAL_SECTION();
  if (!mine)
    return Py_NewRef(Py_None);
  int now = __atomic_add_fetch(&inside, 1, __ATOMIC_SEQ_CST);
  if (now > 1)
    __atomic_store_n(&most, now, __ATOMIC_SEQ_CST);
  meet(1, racer_number);
  __atomic_sub_fetch(&inside, 1, __ATOMIC_SEQ_CST);
  Py_BEGIN_CRITICAL_SECTION(op);
  self->busy = 0;
  Py_END_CRITICAL_SECTION();
  return Py_NewRef(Py_None);
}

static PyMethodDef box_methods[] = {{"work", box_work, METH_NOARGS, NULL}, {NULL, NULL, 0, NULL}};
static PyType_Slot box_slots[] = {{Py_tp_methods, box_methods}, {0, NULL}};
static PyType_Spec box_spec = {"race.Box", sizeof(Box), 0, Py_TPFLAGS_DEFAULT, box_slots};
static PyObject *box;

static int make_box(PyObject *module) {
  PyObject *type = PyType_FromModuleAndSpec(module, &box_spec, NULL);
  box = type ? PyObject_CallNoArgs(type) : NULL;
  Py_XDECREF(type);
  return box ? 0 : -1;
}

static void body(int thread) {
  (void)thread;
  Py_XDECREF(box_work(box, NULL));
}

static PyObject *check(PyObject *module, PyObject *unused) {
  (void)module;
  for (int tries = 0; tries < TRIES && __atomic_load_n(&most, __ATOMIC_SEQ_CST) < 2; tries++)
    race(body);
  return PyUnicode_FromString(__atomic_load_n(&most, __ATOMIC_SEQ_CST) > 1 ? "both inside" : "one at a time");
}

static PyMethodDef methods[] = {{"check", check, METH_NOARGS, NULL}, {NULL, NULL, 0, NULL}};
static PyModuleDef_Slot slots[] = {
    {Py_mod_exec, make_box},
    {Py_mod_multiple_interpreters, Py_MOD_MULTIPLE_INTERPRETERS_NOT_SUPPORTED},
    {Py_mod_gil, Py_MOD_GIL_NOT_USED},
    {0, NULL},
};
static struct PyModuleDef def = {PyModuleDef_HEAD_INIT, .m_name = "race_busy_flag_fixed", .m_methods = methods, .m_slots = slots};

PyMODINIT_FUNC PyInit_race_busy_flag_fixed(void) { return PyModuleDef_Init(&def); }
