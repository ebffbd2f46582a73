// corpus: check=gilray-shared-handle-detached py=3.9..
// The handle is freed while detached and forgotten only afterwards: a second close() frees it again.
#include <Python.h>

typedef struct kite kite;
void kite_destroy(kite *k);
int kite_height(kite *k);

typedef struct {
    PyObject_HEAD
    kite *k;
} string;

static void string_cut(string *self)
{
    if (self->k != NULL) {
        Py_BEGIN_ALLOW_THREADS
        kite_destroy(self->k); // expect: gilray-shared-handle-detached "still refers to it"
        Py_END_ALLOW_THREADS
        self->k = NULL; // expect(nogil): gilray-unguarded-field "k"
    }
}

static PyObject *string_release(PyObject *op, PyObject *ignored)
{
    string_cut((string *)op);
    Py_RETURN_NONE;
}

static void string_dealloc(PyObject *op)
{
    string_cut((string *)op);
    Py_TYPE(op)->tp_free(op);
}

PyMethodDef string_methods[] = {{"release", string_release, METH_NOARGS, NULL}, {NULL, NULL, 0, NULL}};
PyType_Slot string_slots[] = {{Py_tp_dealloc, string_dealloc}, {Py_tp_methods, string_methods}, {0, NULL}};
