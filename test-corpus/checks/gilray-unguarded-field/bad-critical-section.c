// corpus: check=gilray-unguarded-field py=3.13.. gilray="--checks=-gilray-missing-*,-gilray-contradicted-slot,-gilray-static-object,-gilray-mutable-global"
#include <Python.h>

// A critical section at some accesses only; another object's section is none.
typedef struct Node {
    PyObject_HEAD
    PyObject *value;
    long version;
} Node;

static PyObject *replace(PyObject *op, PyObject *arg)
{
    Node *self = (Node *)op;
    Py_BEGIN_CRITICAL_SECTION(op);
    Py_XSETREF(self->value, Py_NewRef(arg));
    self->version++;
    Py_END_CRITICAL_SECTION();
    Py_RETURN_NONE;
}

static PyObject *value(PyObject *op, PyObject *ignored)
{
    return Py_XNewRef(((Node *)op)->value); // expect: gilray-unguarded-field "in a critical section of the object"
}

static PyObject *version(PyObject *op, PyObject *ignored)
{
    long now;
    Py_BEGIN_CRITICAL_SECTION(op);
    now = ((Node *)op)->version;
    Py_END_CRITICAL_SECTION();
    return PyLong_FromLong(now);
}

static PyMethodDef methods[] = {{"replace", replace, METH_O, NULL}, {"value", value, METH_NOARGS, NULL}, {"version", version, METH_NOARGS, NULL}, {NULL, NULL, 0, NULL}};
static PyType_Slot type_slots[] = {{Py_tp_methods, methods}, {0, NULL}};
static PyType_Spec spec = {"demo.Node", sizeof(Node), 0, Py_TPFLAGS_DEFAULT, type_slots};
static int demo_exec(PyObject *m)
{
    PyObject *type = PyType_FromModuleAndSpec(m, &spec, NULL);
    return type ? PyModule_Add(m, "Node", type) : -1;
}
static PyModuleDef_Slot slots[] = {{Py_mod_exec, demo_exec}, {Py_mod_gil, Py_MOD_GIL_NOT_USED}, {0, NULL}};
static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "demo", NULL, 0, NULL, slots, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit_demo(void) { return PyModuleDef_Init(&module); }
