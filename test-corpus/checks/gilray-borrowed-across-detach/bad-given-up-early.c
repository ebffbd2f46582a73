// corpus: check=gilray-borrowed-across-detach
// The old object's finaliser may run code that reads the field, which still leads to it.
#include <Python.h>

typedef struct {
    PyObject_HEAD
    PyObject *hook;
    PyObject *tag;
} bell;

static int bell_set_hook(PyObject *op, PyObject *value, void *closure)
{
    bell *self = (bell *)op;
    if (!PyCallable_Check(value)) {
        PyErr_SetString(PyExc_TypeError, "a hook must be callable");
        return -1;
    }
    Py_XDECREF(self->hook); // expect: gilray-borrowed-across-detach "field 'hook' still leads to the object that is given up here"
    Py_INCREF(value);
    self->hook = value; // expect(nogil): gilray-unguarded-field "hook"
    return 0;
}

static PyObject *bell_ring(PyObject *op, PyObject *ignored)
{
    bell *self = (bell *)op;
    PyObject *hook = self->hook;
    if (hook == NULL)
        Py_RETURN_NONE;
    Py_INCREF(hook);
    PyObject *done = PyObject_CallFunctionObjArgs(hook, NULL);
    Py_DECREF(hook);
    return done;
}

static PyObject *bell_unhook(PyObject *op, PyObject *ignored)
{
    bell *self = (bell *)op;
    if (self->hook != NULL) {
        Py_DECREF(self->hook); // expect: gilray-borrowed-across-detach "the field is replaced only here"
        self->hook = NULL;
    }
    Py_RETURN_NONE;
}

// That an object can be indexed says nothing of its finaliser: any class may define __getitem__.
static int bell_set_tag(PyObject *op, PyObject *value, void *closure)
{
    bell *self = (bell *)op;
    if (!PyMapping_Check(value)) {
        PyErr_SetString(PyExc_TypeError, "a tag must be a mapping");
        return -1;
    }
    Py_XDECREF(self->tag); // expect: gilray-borrowed-across-detach "field 'tag' still leads to the object that is given up here"
    Py_INCREF(value);
    self->tag = value;
    return 0;
}

static PyObject *bell_tag(PyObject *op, void *closure)
{
    bell *self = (bell *)op;
    if (self->tag == NULL)
        Py_RETURN_NONE;
    return Py_NewRef(self->tag);
}

PyMethodDef bell_methods[] = {
    {"ring", bell_ring, METH_NOARGS, NULL}, {"unhook", bell_unhook, METH_NOARGS, NULL}, {NULL, NULL, 0, NULL}};
PyGetSetDef bell_getset[] = {
    {"hook", NULL, bell_set_hook, NULL, NULL}, {"tag", bell_tag, bell_set_tag, NULL, NULL}, {NULL, NULL, NULL, NULL, NULL}};
