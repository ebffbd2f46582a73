// corpus: check=gilray-borrowed-reference py=3.13.. gilray="--checks=-gilray-missing-*,-gilray-contradicted-slot,-gilray-static-object,-gilray-mutable-global"
#include <Python.h>

// Containers that the module makes, and that nobody is seen to change afterwards.
typedef struct {
    PyObject_HEAD
    PyObject *fields;
} Layout;

static PyObject *layout_new(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    Layout *self = (Layout *)type->tp_alloc(type, 0);
    if (self == NULL)
        return NULL;
    PyObject *fields = PyDict_New();
    if (fields == NULL || PyDict_SetItemString(fields, "size", Py_None) < 0) {
        Py_XDECREF(fields);
        Py_DECREF(self);
        return NULL;
    }
    self->fields = fields;
    return (PyObject *)self;
}

// Counted for another object of the same kind, the dictionary is still no secret of anybody else.
static PyObject *layout_copy(PyObject *op, PyObject *ignored)
{
    Layout *copy = (Layout *)Py_TYPE(op)->tp_alloc(Py_TYPE(op), 0);
    if (copy == NULL)
        return NULL;
    copy->fields = ((Layout *)op)->fields;
    Py_INCREF(copy->fields);
    return (PyObject *)copy;
}

static PyObject *layout_size(PyObject *op, PyObject *ignored)
{
    PyObject *size = PyDict_GetItemString(((Layout *)op)->fields, "size"); // ok: gilray-borrowed-reference  only ever read
    return Py_XNewRef(size);
}

// A structure on the stack.
struct joiner {
    PyObject *parts;
};

static PyObject *join(struct joiner *j)
{
    PyObject *first = PyList_GetItem(j->parts, 0); // ok: gilray-borrowed-reference  the caller's own
    return Py_XNewRef(first);
}

static PyObject *layout_join(PyObject *op, PyObject *ignored)
{
    struct joiner j = {PyList_New(0)};
    if (j.parts == NULL)
        return NULL;
    if (PyList_Append(j.parts, op) < 0) {
        Py_DECREF(j.parts);
        return NULL;
    }
    PyObject *result = join(&j);
    Py_DECREF(j.parts);
    return result;
}

// What pickle makes is nobody else's yet.
static PyObject *layout_setstate(PyObject *op, PyObject *state)
{
    Layout *self = (Layout *)op;
    PyObject *fields = PyDict_GetItemString(state, "fields"); // ok: gilray-borrowed-reference  __setstate__
    if (fields == NULL)
        return NULL;
    Py_INCREF(fields);
    Py_XSETREF(self->fields, fields);
    Py_RETURN_NONE;
}

static PyMethodDef methods[] = {{"copy", layout_copy, METH_NOARGS, NULL}, {"size", layout_size, METH_NOARGS, NULL},
                                {"join", layout_join, METH_NOARGS, NULL}, {"__setstate__", layout_setstate, METH_O, NULL},
                                {NULL, NULL, 0, NULL}};
static PyType_Slot type_slots[] = {{Py_tp_new, layout_new}, {Py_tp_methods, methods}, {0, NULL}};
static PyType_Spec spec = {"demo.Layout", sizeof(Layout), 0, Py_TPFLAGS_DEFAULT, type_slots};
static int demo_exec(PyObject *m)
{
    PyObject *type = PyType_FromModuleAndSpec(m, &spec, NULL);
    return type ? PyModule_Add(m, "Layout", type) : -1;
}
static PyModuleDef_Slot slots[] = {{Py_mod_exec, demo_exec}, {Py_mod_gil, Py_MOD_GIL_NOT_USED}, {0, NULL}};
static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "demo", NULL, 0, NULL, slots, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit_demo(void) { return PyModuleDef_Init(&module); }
