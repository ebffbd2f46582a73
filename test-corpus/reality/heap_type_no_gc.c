// reality: a heap type without the protocol of the garbage collector: a cycle through its type is never freed
//
//   main                          ok "leaked"
//   main         nogil            ok, keeps the GIL off
//   legacy                        ok "leaked | leaked"
//   checked                       ok "leaked | leaked"
//   own-gil                       ok "leaked | leaked"
#include "heap_type.h"

static void dealloc(PyObject *self) {
  PyTypeObject *type = Py_TYPE(self);
  type->tp_free(self);
  Py_DECREF(type);
}

static PyType_Slot type_slots[] = {{Py_tp_dealloc, dealloc}, {0, NULL}};
static PyType_Spec spec = {"heap_type_no_gc.Kept", sizeof(PyObject), 0, Py_TPFLAGS_DEFAULT, type_slots};

HEAP_TYPE_MODULE(heap_type_no_gc, spec)
