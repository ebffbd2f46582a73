// corpus: check=gilray-wrong-allocator
#include <Python.h>
#include <stdlib.h>

// Objects in memory of another domain, and a tp_free that does not know objects.
typedef struct {
    PyObject_HEAD
    int n;
} Item;

extern PyTypeObject *item_type;

PyObject *make(PyObject *module, PyObject *ignored)
{
    Item *self = (Item *)malloc(sizeof(Item));
    if (self == NULL)
        return PyErr_NoMemory();
    return PyObject_Init((PyObject *)self, item_type); // expect: gilray-wrong-allocator "a Python object is made in memory from 'malloc'"
}

static PyType_Slot item_slots[] = {
    {Py_tp_free, PyMem_Free}, // expect: gilray-wrong-allocator "tp_free is 'PyMem_Free'"
    {0, NULL},
};
PyType_Spec item_spec = {"demo.Item", sizeof(Item), 0, Py_TPFLAGS_DEFAULT, item_slots};

void collected(PyTypeObject *type)
{
    Item *self = PyObject_GC_New(Item, type);
    if (self != NULL)
        PyObject_Free(self); // expect: gilray-wrong-allocator "is given to 'PyObject_Free'"
}
