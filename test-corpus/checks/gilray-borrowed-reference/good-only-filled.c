// corpus: check=gilray-borrowed-reference py=3.13.. gilray="--checks=-gilray-missing-*,-gilray-contradicted-slot,-gilray-static-object,-gilray-mutable-global"
#include <Python.h>

// Dictionaries that nobody takes anything out of: what looks like it is none.
typedef struct {
    PyObject_HEAD
    PyObject *fields; // compared with another one: that hands it to nobody
    PyObject *made;   // filled under a lock, and only with what is not there yet
    PyObject *stuff;  // here a dictionary, in other objects a structure of this module
} Layout;

static PyObject *tags; // an entry per object, which only its construction and its end touch

static int tag(PyObject *op, PyObject *value)
{
    PyObject *key = PyLong_FromVoidPtr(op);
    if (key == NULL)
        return -1;
    int status = value ? PyDict_SetItem(tags, key, value) : PyDict_DelItem(tags, key);
    Py_DECREF(key);
    return status;
}

static PyObject *layout_new(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    Layout *self = (Layout *)type->tp_alloc(type, 0);
    if (self == NULL)
        return NULL;
    self->fields = PyDict_New();
    self->made = PyDict_New();
    self->stuff = PyDict_New();
    if (self->fields == NULL || self->made == NULL || self->stuff == NULL || tag((PyObject *)self, Py_None) < 0) {
        Py_DECREF(self);
        return NULL;
    }
    return (PyObject *)self;
}

static void layout_dealloc(PyObject *op)
{
    if (tag(op, NULL) < 0)
        PyErr_Clear();
    PyTypeObject *type = Py_TYPE(op);
    type->tp_free(op);
    Py_DECREF(type);
}

static PyObject *layout_tag(PyObject *op, PyObject *ignored)
{
    PyObject *key = PyLong_FromVoidPtr(op);
    if (key == NULL)
        return NULL;
    PyObject *value = PyDict_GetItem(tags, key); // ok: gilray-borrowed-reference  the entry of an object that is alive
    Py_DECREF(key);
    return Py_XNewRef(value);
}

static PyObject *layout_same(PyObject *op, PyObject *arg)
{
    Layout *self = (Layout *)op;
    return PyObject_RichCompare(self->fields, ((Layout *)arg)->fields, Py_EQ);
}

static PyObject *layout_field(PyObject *op, PyObject *key)
{
    PyObject *field = PyDict_GetItemWithError(((Layout *)op)->fields, key); // ok: gilray-borrowed-reference
    return Py_XNewRef(field);
}

static PyObject *layout_make(PyObject *op, PyObject *key)
{
    Layout *self = (Layout *)op;
    PyObject *made = NULL;
    Py_BEGIN_CRITICAL_SECTION(self->made);
    if (PyDict_GetItemRef(self->made, key, &made) == 0) {
        made = PyList_New(0);
        if (made != NULL && PyDict_SetItem(self->made, key, made) < 0)
            Py_CLEAR(made);
    }
    Py_END_CRITICAL_SECTION();
    return made;
}

static PyObject *layout_is_made(PyObject *op, PyObject *key)
{
    PyObject *made = PyDict_GetItemWithError(((Layout *)op)->made, key); // ok: gilray-borrowed-reference
    return made == NULL ? PyErr_Format(PyExc_KeyError, "%R", key) : PyObject_Repr(made);
}

static int layout_of(Layout *self, Layout *item)
{
    self->stuff = Py_NewRef((PyObject *)item);
    return 0;
}

static PyObject *layout_array(PyObject *op, PyObject *item)
{
    Layout *array = (Layout *)Py_TYPE(op)->tp_alloc(Py_TYPE(op), 0);
    return array && layout_of(array, (Layout *)item) == 0 ? (PyObject *)array : NULL;
}

static PyObject *layout_part(PyObject *op, PyObject *key)
{
    PyObject *part = PyDict_GetItemWithError(((Layout *)op)->stuff, key); // ok: gilray-borrowed-reference
    return part == NULL ? PyErr_Format(PyExc_KeyError, "%R", key) : PyObject_Repr(part);
}

// The dictionary of a thread is that thread's.
static PyObject *layout_here(PyObject *op, PyObject *key)
{
    PyObject *mine = PyThreadState_GetDict();
    PyObject *here = mine ? PyDict_GetItemWithError(mine, key) : NULL; // ok: gilray-borrowed-reference
    return Py_XNewRef(here);
}

static PyMethodDef methods[] = {{"tag", layout_tag, METH_NOARGS, NULL},   {"same", layout_same, METH_O, NULL},
                                {"field", layout_field, METH_O, NULL},    {"make", layout_make, METH_O, NULL},
                                {"is_made", layout_is_made, METH_O, NULL}, {"array", layout_array, METH_O, NULL},
                                {"part", layout_part, METH_O, NULL},      {"here", layout_here, METH_O, NULL},
                                {NULL, NULL, 0, NULL}};
static PyType_Slot type_slots[] = {{Py_tp_new, layout_new}, {Py_tp_dealloc, layout_dealloc}, {Py_tp_methods, methods}, {0, NULL}};
static PyType_Spec spec = {"demo.Layout", sizeof(Layout), 0, Py_TPFLAGS_DEFAULT, type_slots};
static int demo_exec(PyObject *m)
{
    tags = PyDict_New();
    PyObject *type = PyType_FromModuleAndSpec(m, &spec, NULL);
    return type && tags ? PyModule_Add(m, "Layout", type) : -1;
}
static PyModuleDef_Slot slots[] = {{Py_mod_exec, demo_exec}, {Py_mod_gil, Py_MOD_GIL_NOT_USED}, {0, NULL}};
static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "demo", NULL, 0, NULL, slots, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit_demo(void) { return PyModuleDef_Init(&module); }
