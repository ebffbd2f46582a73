// reality: a buffer of an object that two threads replace, under a lock of the object
// corpus: check=gilray-unguarded-field py=3.13.. gilray="--checks=-gilray-missing-*,-gilray-contradicted-slot,-gilray-mutable-global,-gilray-static-object,-gilray-gilstate-in-subinterpreter,-gilray-heap-type-protocol"
// only: py>=3.13
//
//   main                          ok "survived"
//   legacy                        anything "the threads attach to the main interpreter"
//   checked                       ImportError
//   own-gil                       ImportError
#include "race.h"

#define SIZE (64 << 20) // has pages of its own: what is freed is gone at once, and a second free crashes
#define TRIES 3 // the machine may be so busy that the threads miss each other

typedef struct {
  PyObject_HEAD
  PyMutex lock;
  char *text;
} Box;

static PyObject *box_set(PyObject *op, PyObject *unused) {
  Box *self = (Box *)op;
  PyMutex_Lock(&self->lock);
  free(self->text); // ok: gilray-unguarded-field
  meet(0, racer_number); // the other one comes
  meet(1, racer_number);
  self->text = (char *)malloc(SIZE);
  PyMutex_Unlock(&self->lock);
  return Py_NewRef(Py_None);
}

static PyMethodDef box_methods[] = {{"set", box_set, METH_NOARGS, NULL}, {NULL, NULL, 0, NULL}};
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
  if (thread == 1)
    meet(0, thread); // when the other one has freed
  Py_XDECREF(box_set(box, NULL));
}

static PyObject *check(PyObject *module, PyObject *unused) {
  (void)module;
  for (int tries = 0; tries < TRIES; tries++)
    race(body);
  return PyUnicode_FromString("survived");
}

static PyMethodDef methods[] = {{"check", check, METH_NOARGS, NULL}, {NULL, NULL, 0, NULL}};
static PyModuleDef_Slot slots[] = {
    {Py_mod_exec, make_box},
    {Py_mod_multiple_interpreters, Py_MOD_MULTIPLE_INTERPRETERS_NOT_SUPPORTED},
    {Py_mod_gil, Py_MOD_GIL_NOT_USED},
    {0, NULL},
};
static struct PyModuleDef def = {PyModuleDef_HEAD_INIT, .m_name = "race_buffer_fixed", .m_methods = methods, .m_slots = slots};

PyMODINIT_FUNC PyInit_race_buffer_fixed(void) { return PyModuleDef_Init(&def); }
