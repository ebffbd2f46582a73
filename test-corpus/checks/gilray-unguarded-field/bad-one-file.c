// corpus: check=gilray-unguarded-field py=3.13.. variants=nogil
#include <Python.h>

// One file of an extension on its own: the module is made in another, so that nobody knows what it declares. It is
// compiled for a build without a GIL.
typedef struct {
    PyObject_HEAD
    char *text;
} Note;

static char *last;
static long changes;

static PyObject *note_set(PyObject *op, PyObject *arg)
{
    Note *self = (Note *)op;
    PyMem_Free(self->text);
    self->text = PyMem_Malloc(16); // expect: gilray-unguarded-field "written by methods without a lock"
    changes++;                     // expect: gilray-unguarded-global "written by several threads at once"
    if (last == NULL)              // expect: gilray-lazy-init-race "is set on first use"
        last = PyMem_Malloc(16);
    Py_RETURN_NONE;
}

static PyObject *note_get(PyObject *op, PyObject *ignored)
{
    Note *self = (Note *)op;
    return Py_BuildValue("(ss)", self->text, last);
}

static PyMethodDef methods[] = {{"set", note_set, METH_O, NULL}, {"get", note_get, METH_NOARGS, NULL}, {NULL, NULL, 0, NULL}};
static PyType_Slot type_slots[] = {{Py_tp_methods, methods}, {0, NULL}};
PyType_Spec note_spec = {"demo.Note", sizeof(Note), 0, Py_TPFLAGS_DEFAULT, type_slots};
