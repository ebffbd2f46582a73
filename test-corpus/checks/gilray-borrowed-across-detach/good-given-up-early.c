// corpus: check=gilray-borrowed-across-detach
// The field is replaced first; or what it holds runs no code when it goes; or nobody else has the object.
#include <Python.h>

typedef struct {
    PyObject_HEAD
    PyObject *hook;
    PyObject *name;
    PyObject *note;
} bell;

static int bell_set_hook(PyObject *op, PyObject *value, void *closure)
{
    bell *self = (bell *)op;
    PyObject *old = self->hook;
    Py_INCREF(value);
    self->hook = value; // expect(nogil): gilray-unguarded-field "hook"
    Py_XDECREF(old); // ok: gilray-borrowed-across-detach
    return 0;
}

static PyObject *bell_hook(PyObject *op, void *closure)
{
    bell *self = (bell *)op;
    Py_INCREF(self->hook);
    return self->hook;
}

static int bell_set_name(PyObject *op, PyObject *value, void *closure)
{
    bell *self = (bell *)op;
    if (!PyUnicode_Check(value)) {
        PyErr_SetString(PyExc_TypeError, "a name must be a str");
        return -1;
    }
    Py_XDECREF(self->name); // ok: gilray-borrowed-across-detach  a str has no finaliser
    Py_INCREF(value);
    self->name = value;
    return 0;
}

static PyObject *bell_name(PyObject *op, void *closure)
{
    bell *self = (bell *)op;
    Py_INCREF(self->name);
    return self->name;
}

static int bell_set_note(PyObject *op, PyObject *value, void *closure)
{
    bell *self = (bell *)op;
    Py_XDECREF(self->note); // ok: gilray-borrowed-across-detach  nobody reads the field
    Py_INCREF(value);
    self->note = value;
    return 0;
}

static int bell_init(PyObject *op, PyObject *args, PyObject *kwargs)
{
    bell *self = (bell *)op;
    PyObject *hook;
    if (!PyArg_ParseTuple(args, "O", &hook))
        return -1;
    Py_XDECREF(self->hook); // ok: gilray-borrowed-across-detach  nobody else has the object yet
    Py_INCREF(hook);
    self->hook = hook;
    return 0;
}

PyGetSetDef bell_getset[] = {{"hook", bell_hook, bell_set_hook, NULL, NULL},
                             {"name", bell_name, bell_set_name, NULL, NULL},
                             {"note", NULL, bell_set_note, NULL, NULL},
                             {NULL, NULL, NULL, NULL, NULL}};
PyType_Slot bell_slots[] = {{Py_tp_init, (void *)bell_init}, {Py_tp_getset, bell_getset}, {0, NULL}};
