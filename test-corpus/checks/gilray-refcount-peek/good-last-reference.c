// corpus: check=gilray-refcount-peek py=3.14.. gilray="--checks=-gilray-missing-*,-gilray-contradicted-slot,-gilray-static-object,-gilray-mutable-global"
#include <Python.h>

typedef struct Node {
    PyObject_HEAD
    struct Node *base;
    PyObject *value;
} Node;

// What ends has a reference to its parts: if that is the only one, nobody can make another.
static void node_dealloc(PyObject *op)
{
    Node *base = ((Node *)op)->base;
    Py_XDECREF(((Node *)op)->value);
    PyTypeObject *type = Py_TYPE(op);
    type->tp_free(op);
    Py_DECREF(type);
    while (base != NULL && Py_REFCNT(base) == 1) { // ok: gilray-refcount-peek  no chain of destructors
        Node *next = base->base;
        base->base = NULL;
        Py_DECREF(base);
        base = next;
    }
    Py_XDECREF(base);
}

// Asked the right way, the count is for the message alone.
static PyObject *node_set(PyObject *op, PyObject *value)
{
    if (!PyUnstable_Object_IsUniquelyReferenced(op)) {
        if (Py_REFCNT(op) == 2) // ok: gilray-refcount-peek
            return PyErr_Format(PyExc_ValueError, "shared, perhaps with a debugger");
        return PyErr_Format(PyExc_ValueError, "shared");
    }
    return Py_NewRef(value);
}

static PyMethodDef methods[] = {{"set", node_set, METH_O, NULL}, {NULL, NULL, 0, NULL}};
static PyType_Slot type_slots[] = {{Py_tp_dealloc, node_dealloc}, {Py_tp_methods, methods}, {0, NULL}};
static PyType_Spec spec = {"demo.Node", sizeof(Node), 0, Py_TPFLAGS_DEFAULT, type_slots};
static int demo_exec(PyObject *m)
{
    PyObject *type = PyType_FromModuleAndSpec(m, &spec, NULL);
    return type ? PyModule_Add(m, "Node", type) : -1;
}
static PyModuleDef_Slot slots[] = {{Py_mod_exec, demo_exec}, {Py_mod_gil, Py_MOD_GIL_NOT_USED}, {0, NULL}};
static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "demo", NULL, 0, NULL, slots, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit_demo(void) { return PyModuleDef_Init(&module); }
