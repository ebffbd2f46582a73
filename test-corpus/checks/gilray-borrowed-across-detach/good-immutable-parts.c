// corpus: check=* py=3.9..
// Parts of immutable objects that are reachable from self, and that no method replaces; a fresh container.
#include <Python.h>

int tape_write(const char *text);

typedef struct {
    PyObject_HEAD
    PyObject *name;  // set by tp_new, never again
    PyObject *parts; // a tuple
} tape;

static PyObject *tape_new(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    tape *self = (tape *)type->tp_alloc(type, 0);
    if (self == NULL)
        return NULL;
    self->name = PyUnicode_FromString("tape");
    self->parts = PyTuple_New(0);
    return (PyObject *)self;
}

static PyObject *tape_save(PyObject *op, PyObject *ignored)
{
    tape *self = (tape *)op;
    const char *name = PyUnicode_AsUTF8(self->name);
    PyObject *parts = self->parts;
    if (name == NULL)
        return NULL;
    Py_BEGIN_ALLOW_THREADS
    tape_write(name); // ok: gilray-borrowed-across-detach  nobody replaces self->name
    Py_END_ALLOW_THREADS
    return PyObject_Repr(parts); // ok: gilray-borrowed-across-detach  nor self->parts
}

static PyObject *tape_lines(PyObject *op, PyObject *hook)
{
    PyObject *list = PyList_New(1);
    if (list == NULL)
        return NULL;
    PyList_SET_ITEM(list, 0, PyUnicode_FromString("x"));
    PyObject *line = PyList_GET_ITEM(list, 0);
    PyObject *done = PyObject_CallNoArgs(hook);
    PyObject *text = done ? PyObject_Repr(line) : NULL; // ok: gilray-borrowed-across-detach  nobody else has the list
    Py_XDECREF(done);
    Py_DECREF(list);
    return text;
}

PyMethodDef tape_methods[] = {
    {"save", tape_save, METH_NOARGS, NULL}, {"lines", tape_lines, METH_O, NULL}, {NULL, NULL, 0, NULL}};
PyType_Slot tape_slots[] = {{Py_tp_new, tape_new}, {Py_tp_methods, tape_methods}, {0, NULL}};
