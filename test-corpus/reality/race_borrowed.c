// reality: an item of a list is borrowed while another thread replaces it
// corpus: check=gilray-borrowed-reference py=3.13.. gilray="--checks=-gilray-missing-*,-gilray-contradicted-slot,-gilray-mutable-global,-gilray-static-object,-gilray-gilstate-in-subinterpreter,-gilray-heap-type-protocol"
// only: py>=3.13
//
//   main                          ok "alive"
//   main         nogil            ok "used after it was freed"
//   legacy                        anything "the threads attach to the main interpreter"
//   checked                       ImportError
//   own-gil                       ImportError
#include "race.h"

#define ALIVE 0x600d
#define TRIES 3 // the machine may be so busy that the threads miss each other

typedef struct {
  PyObject_HEAD
  int mark;
} Item;

static void item_dealloc(PyObject *op) {
  PyTypeObject *type = Py_TYPE(op);
  __atomic_store_n(&((Item *)op)->mark, 0, __ATOMIC_SEQ_CST);
  type->tp_free(op);
  Py_DECREF(type);
}

static PyType_Slot item_slots[] = {{Py_tp_dealloc, item_dealloc}, {0, NULL}};
static PyType_Spec item_spec = {"race.Item", sizeof(Item), 0, Py_TPFLAGS_DEFAULT, item_slots};
static PyTypeObject *item_type;
static PyObject *shelf;
static int dead;

static PyObject *make_item(void) {
  PyObject *made = item_type->tp_alloc(item_type, 0);
  if (made)
    __atomic_store_n(&((Item *)made)->mark, ALIVE, __ATOMIC_SEQ_CST);
  return made;
}

static int set_up(PyObject *module) {
  item_type = (PyTypeObject *)PyType_FromModuleAndSpec(module, &item_spec, NULL);
  shelf = PyList_New(1);
  if (item_type == NULL || shelf == NULL)
    return -1;
  return PyList_SetItem(shelf, 0, make_item());
}

static PyObject *look(PyObject *module, PyObject *unused) {
  (void)module;
  PyObject *item = PyList_GetItem(shelf, 0); // expect: gilray-borrowed-reference "'PyList_GetItemRef' (3.13"
  if (item == NULL)
    return NULL;
  meet(1, racer_number); // the other one replaces the item
  meet(2, racer_number);
  if (__atomic_load_n(&((Item *)item)->mark, __ATOMIC_SEQ_CST) != ALIVE)
    __atomic_store_n(&dead, 1, __ATOMIC_SEQ_CST);
  return Py_NewRef(Py_None);
}

static void put(void) {
  if (PyList_SetItem(shelf, 0, make_item()) < 0)
    PyErr_Clear();
}

static void body(int thread) {
  if (thread == 0) {
    meet(0, thread);
    Py_XDECREF(look(NULL, NULL));
    return;
  }
  put(); // an item that this thread owns: only then its last reference here frees it at once
  meet(0, thread);
  meet(1, thread); // when the other one has borrowed it
  put();
  meet(2, thread);
}

static PyObject *check(PyObject *module, PyObject *unused) {
  (void)module;
  for (int i = 0; i < TRIES && !__atomic_load_n(&dead, __ATOMIC_SEQ_CST); i++)
    race(body);
  return PyUnicode_FromString(__atomic_load_n(&dead, __ATOMIC_SEQ_CST) ? "used after it was freed" : "alive");
}

static PyMethodDef methods[] = {{"look", look, METH_NOARGS, NULL}, {"check", check, METH_NOARGS, NULL}, {NULL, NULL, 0, NULL}};
static PyModuleDef_Slot slots[] = {
    {Py_mod_exec, set_up},
    {Py_mod_multiple_interpreters, Py_MOD_MULTIPLE_INTERPRETERS_NOT_SUPPORTED},
    {Py_mod_gil, Py_MOD_GIL_NOT_USED},
    {0, NULL},
};
static struct PyModuleDef def = {PyModuleDef_HEAD_INIT, .m_name = "race_borrowed", .m_methods = methods, .m_slots = slots};

PyMODINIT_FUNC PyInit_race_borrowed(void) { return PyModuleDef_Init(&def); }
