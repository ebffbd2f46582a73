// corpus: check=gilray-borrowed-across-detach py=3.9..
// The deallocator drops the dictionary; nothing is ever taken out of it before.
#include <Python.h>

typedef struct {
    PyObject_HEAD
    PyObject *by_name;
} Kind;

typedef struct {
    PyObject_HEAD
    PyObject *name;
    int slot;
} Attribute;

extern int store(int slot, PyObject *value);

static PyObject *kind_new(PyTypeObject *type, PyObject *args, PyObject *kwds)
{
    Kind *self = (Kind *)type->tp_alloc(type, 0);
    if (self)
        self->by_name = PyDict_New();
    return (PyObject *)self;
}

static void kind_dealloc(PyObject *op)
{
    Py_CLEAR(((Kind *)op)->by_name);
    Py_TYPE(op)->tp_free(op);
}

static int kind_setattr(PyObject *op, PyObject *name, PyObject *value)
{
    Attribute *attribute = (Attribute *)PyDict_GetItem(((Kind *)op)->by_name, name);
    if (!attribute)
        return PyObject_GenericSetAttr(op, name, value);
    Py_BEGIN_ALLOW_THREADS
    store(0, NULL);
    Py_END_ALLOW_THREADS
    return store(attribute->slot, value); // ok: gilray-borrowed-across-detach
}

static PyType_Slot slots[] = {{Py_tp_new, kind_new},
                              {Py_tp_dealloc, kind_dealloc},
                              {Py_tp_setattro, kind_setattr},
                              {0, NULL}};
PyType_Spec kind_spec = {"m.Kind", sizeof(Kind), 0, Py_TPFLAGS_DEFAULT, slots};
