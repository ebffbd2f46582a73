// corpus: check=gilray-borrowed-across-detach
// The field is replaced first; or what it holds runs no code when it goes; or nobody else has the object.
#include <Python.h>

typedef struct {
    PyObject_HEAD
    PyObject *hook;
    PyObject *name;
    PyObject *note;
    PyObject *owner;
    PyObject *text;
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

static PyObject *bell_lend(PyObject *op, PyObject *other)
{
    bell *self = (bell *)op, *to = (bell *)other;
    Py_XDECREF(to->owner); // ok: gilray-borrowed-across-detach  a bell, whose end is known
    Py_INCREF(self);
    to->owner = op;
    Py_RETURN_NONE;
}

static PyObject *bell_owner(PyObject *op, PyObject *ignored)
{
    bell *self = (bell *)op;
    Py_INCREF(self->owner);
    return self->owner;
}

static void keep_text(bell *self, PyObject *text)
{
    Py_XDECREF(self->text); // ok: gilray-borrowed-across-detach  callers hand in a str
    Py_INCREF(text);
    self->text = text;
}

static PyObject *bell_say(PyObject *op, PyObject *args)
{
    PyObject *text;
    if (!PyArg_ParseTuple(args, "O", &text))
        return NULL;
    if (!PyUnicode_Check(text))
        return PyErr_Format(PyExc_TypeError, "a str is needed");
    keep_text((bell *)op, text);
    Py_RETURN_NONE;
}

static PyObject *bell_text(PyObject *op, PyObject *ignored)
{
    bell *self = (bell *)op;
    Py_INCREF(self->text);
    return self->text;
}

PyMethodDef bell_methods[] = {{"lend", bell_lend, METH_O, NULL},
                              {"owner", bell_owner, METH_NOARGS, NULL},
                              {"say", bell_say, METH_VARARGS, NULL},
                              {"text", bell_text, METH_NOARGS, NULL},
                              {NULL, NULL, 0, NULL}};
PyGetSetDef bell_getset[] = {{"hook", bell_hook, bell_set_hook, NULL, NULL},
                             {"name", bell_name, bell_set_name, NULL, NULL},
                             {"note", NULL, bell_set_note, NULL, NULL},
                             {NULL, NULL, NULL, NULL, NULL}};
PyType_Slot bell_slots[] = {{Py_tp_init, (void *)bell_init}, {Py_tp_getset, bell_getset}, {0, NULL}};
