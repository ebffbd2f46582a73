// corpus: check=* py=3.9..
// A field that nobody touches attached, and a structure that is no Python object.
#include <Python.h>

typedef struct {
    long turns;
} stats;

typedef struct {
    PyObject_HEAD
    long scratch; // only the released region uses it
    stats *counters;
} mill;

long grind(long n);

static PyObject *mill_run(PyObject *op, PyObject *arg)
{
    mill *self = (mill *)op;
    stats local = {0};
    long n = PyLong_AsLong(arg);
    Py_BEGIN_ALLOW_THREADS
    self->scratch = grind(n); // ok: gilray-detached-object-write  no other function reads or writes it; expect(nogil): gilray-unguarded-field "scratch"
    local.turns = self->scratch; // ok: gilray-detached-object-write  a local
    Py_END_ALLOW_THREADS
    return PyLong_FromLong(local.turns);
}

PyMethodDef mill_methods[] = {{"run", mill_run, METH_O, NULL}, {NULL, NULL, 0, NULL}};
