#include <Python.h>
#include <string.h>

// This one's is set when the object is made, and `text` is what races.
typedef struct {
    PyObject_HEAD
    char *text;
    double position;
} State;

static PyObject *make(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    State *self = (State *)type->tp_alloc(type, 0);
    if (self)
        self->position = 0.5;
    return (PyObject *)self;
}

static PyObject *where(PyObject *op, PyObject *ignored)
{
    return PyFloat_FromDouble(((State *)op)->position); // ok: gilray-unguarded-field  the field of another type is written under a lock
}

static PyObject *set(PyObject *op, PyObject *arg)
{
    State *self = (State *)op;
    free(self->text);
    self->text = strdup(PyUnicode_AsUTF8(arg)); // expect: gilray-unguarded-field "'text' of 'State (writer.c)'"
    Py_RETURN_NONE;
}

static PyObject *get(PyObject *op, PyObject *ignored)
{
    return PyUnicode_FromString(((State *)op)->text);
}

static PyMethodDef methods[] = {{"where", where, METH_NOARGS, NULL}, {"set", set, METH_O, NULL}, {"get", get, METH_NOARGS, NULL}, {NULL, NULL, 0, NULL}};
static PyType_Slot type_slots[] = {{Py_tp_new, make}, {Py_tp_methods, methods}, {0, NULL}};
PyType_Spec writer_spec = {"demo.Writer", sizeof(State), 0, Py_TPFLAGS_DEFAULT, type_slots};
