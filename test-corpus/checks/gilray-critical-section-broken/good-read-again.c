// corpus: check=gilray-critical-section-broken py=3.13..
// Read again, owned, constant, or only a number that is passed on; and two objects locked at once.
#include <Python.h>

typedef struct {
    PyObject_HEAD
    int count, size;
    PyObject *listener;
    PyObject *slots[8];
} Rack;

static PyObject *new_rack(PyTypeObject *type, PyObject *args, PyObject *keywords)
{
    Rack *self = (Rack *)type->tp_alloc(type, 0);
    if (self)
        self->size = 8;
    return (PyObject *)self;
}

static PyObject *again(PyObject *op, PyObject *callback)
{
    Rack *self = (Rack *)op;
    Py_BEGIN_CRITICAL_SECTION(op);
    int count = self->count;
    Py_XDECREF(PyObject_CallFunction(callback, "i", count)); // ok: gilray-critical-section-broken  a number, passed on
    count = self->count;
    self->count = count + 1; // ok: gilray-critical-section-broken  read again
    Py_END_CRITICAL_SECTION();
    Py_RETURN_NONE;
}

static PyObject *owned(PyObject *op, PyObject *listener)
{
    Rack *self = (Rack *)op;
    Py_BEGIN_CRITICAL_SECTION(op);
    PyObject *old = self->listener;
    Py_XINCREF(old);
    Py_XDECREF(PyObject_CallNoArgs(old));
    Py_XDECREF(PyObject_CallNoArgs(old)); // ok: gilray-critical-section-broken  with a reference of its own
    Py_XDECREF(old);
    Py_XSETREF(self->listener, Py_NewRef(listener));
    Py_END_CRITICAL_SECTION();
    Py_RETURN_NONE;
}

static PyObject *constant(PyObject *op, PyObject *callback)
{
    Rack *self = (Rack *)op;
    Py_BEGIN_CRITICAL_SECTION(op);
    int size = self->size;
    Py_XDECREF(PyObject_CallNoArgs(callback));
    self->slots[size - 1] = NULL; // ok: gilray-critical-section-broken  the size never changes
    Py_END_CRITICAL_SECTION();
    Py_RETURN_NONE;
}

static PyObject *after(PyObject *op, PyObject *callback)
{
    Rack *self = (Rack *)op;
    int count;
    Py_BEGIN_CRITICAL_SECTION(op);
    count = self->count;
    Py_XDECREF(PyObject_CallNoArgs(callback));
    Py_END_CRITICAL_SECTION();
    return PyLong_FromLong(count); // ok: gilray-critical-section-broken  a snapshot, given out
}

static PyObject *copy(PyObject *op, PyObject *other)
{
    Rack *self = (Rack *)op, *from = (Rack *)other;
    Py_BEGIN_CRITICAL_SECTION2(op, other); // ok: gilray-critical-section-broken  both at once
    self->count = from->count;
    Py_END_CRITICAL_SECTION2();
    Py_RETURN_NONE;
}

static PyMethodDef methods[] = {
    {"again", again, METH_O, NULL},
    {"owned", owned, METH_O, NULL},
    {"constant", constant, METH_O, NULL},
    {"after", after, METH_O, NULL},
    {"copy", copy, METH_O, NULL},
    {NULL, NULL, 0, NULL},
};

PyTypeObject *rack_type(PyTypeObject *type)
{
    type->tp_new = new_rack;
    return type;
}
