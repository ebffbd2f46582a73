// corpus: check=gilray-borrowed-reference py=3.13.. gilray="--checks=-gilray-missing-*,-gilray-contradicted-slot,-gilray-static-object,-gilray-mutable-global"
#include <Python.h>

// Containers that others can reach: a field, a global, an argument, one that was found in these.
typedef struct {
    PyObject_HEAD
    PyObject *items;
    PyObject *names;
} Pool;

static PyObject *registry;

static PyObject *first(PyObject *op, PyObject *arg)
{
    Pool *self = (Pool *)op;
    PyObject *item = PyList_GetItem(self->items, 0); // expect: gilray-borrowed-reference "use 'PyList_GetItemRef' (3.13, or pythoncapi_compat.h)"
    if (item == NULL)
        return NULL;
    Py_INCREF(item); // too late
    PyObject *name = PyDict_GetItemWithError(self->names, item); // expect: gilray-borrowed-reference "'PyDict_GetItemRef' (3.13"
    PyObject *entry = PyDict_GetItemString(registry, "entry");   // expect: gilray-borrowed-reference "from 'registry', which another thread can change"
    PyObject *given = PyList_GetItem(arg, 1);                    // expect: gilray-borrowed-reference "which another thread can change"
    if (name == NULL || entry == NULL || given == NULL) {
        Py_DECREF(item);
        return NULL;
    }
    return Py_BuildValue("NOOO", item, name, entry, given);
}

static PyObject *forget(PyObject *op, PyObject *key)
{
    if (PyDict_DelItem(((Pool *)op)->names, key) < 0)
        return NULL;
    Py_RETURN_NONE;
}

static PyMethodDef methods[] = {{"first", first, METH_O, NULL}, {"forget", forget, METH_O, NULL}, {NULL, NULL, 0, NULL}};
static PyType_Slot type_slots[] = {{Py_tp_methods, methods}, {0, NULL}};
static PyType_Spec spec = {"demo.Pool", sizeof(Pool), 0, Py_TPFLAGS_DEFAULT, type_slots};
static int demo_exec(PyObject *m)
{
    PyObject *type = PyType_FromModuleAndSpec(m, &spec, NULL);
    return type ? PyModule_Add(m, "Pool", type) : -1;
}
static PyModuleDef_Slot slots[] = {{Py_mod_exec, demo_exec}, {Py_mod_gil, Py_MOD_GIL_NOT_USED}, {0, NULL}};
static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "demo", NULL, 0, NULL, slots, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit_demo(void) { return PyModuleDef_Init(&module); }
