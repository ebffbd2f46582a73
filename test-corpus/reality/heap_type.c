// reality: the counterpart of static_type: a heap type per module object, with the protocol of the garbage collector
//
//   main                          ok "collected"
//   main         nogil            ok, keeps the GIL off
//   legacy                        ok "collected | collected"
//   checked                       ok "collected | collected"
//   own-gil                       ok "collected | collected"
#include "heap_type.h"

static int traverse(PyObject *self, visitproc visit, void *arg) {
  Py_VISIT(Py_TYPE(self));
  return 0;
}

static void dealloc(PyObject *self) {
  PyTypeObject *type = Py_TYPE(self);
  PyObject_GC_UnTrack(self);
  type->tp_free(self);
  Py_DECREF(type);
}

static PyType_Slot type_slots[] = {{Py_tp_traverse, traverse}, {Py_tp_dealloc, dealloc}, {0, NULL}};
static PyType_Spec spec = {"heap_type.Kept", sizeof(PyObject), 0, Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC, type_slots};

HEAP_TYPE_MODULE(heap_type, spec)
