// corpus: check=gilray-borrowed-reference py=3.13.. gilray="--checks=-gilray-missing-*,-gilray-contradicted-slot,-gilray-static-object,-gilray-mutable-global"
#include <Python.h>

// Strong references; containers that nobody else has; immutable ones; membership; locked; construction and its end.
typedef struct {
    PyObject_HEAD
    PyObject *items;
} Pool;

static PyObject *use(PyObject *op, PyObject *args, PyObject *kwargs)
{
    Pool *self = (Pool *)op;
    PyObject *strong = NULL, *local, *item, *result;
    if (PyDict_Contains(self->items, args) < 0 || (kwargs && PyDict_GetItemString(kwargs, "flat"))) // ok: gilray-borrowed-reference
        return NULL;
    if (PyDict_GetItemRef(self->items, args, &strong) < 0) // ok: gilray-borrowed-reference  strong
        return NULL;
    item = PyTuple_GetItem(args, 0); // ok: gilray-borrowed-reference  tuples do not change
    local = PyList_New(1);
    if (local == NULL || item == NULL)
        return NULL;
    PyList_SetItem(local, 0, Py_NewRef(item));
    item = PyList_GetItem(local, 0); // ok: gilray-borrowed-reference  nobody else has the list
    result = PyObject_Repr(item);
    Py_DECREF(local);
    Py_BEGIN_CRITICAL_SECTION(self->items);
    item = PyDict_GetItemWithError(self->items, args); // ok: gilray-borrowed-reference  under a critical section
    Py_XINCREF(item);
    Py_END_CRITICAL_SECTION();
    Py_XDECREF(item);
    Py_XDECREF(strong);
    if (PyDict_GetItemWithError(self->items, args) == NULL) // ok: gilray-borrowed-reference  only asked whether it is there
        Py_CLEAR(result);
    return result;
}

static void dealloc(PyObject *op)
{
    Pool *self = (Pool *)op;
    PyTypeObject *type = Py_TYPE(op);
    PyObject *item = PyList_GetItem(self->items, 0); // ok: gilray-borrowed-reference  nobody else has the object
    if (item)
        PyObject_GenericSetAttr(item, item, NULL);
    Py_CLEAR(self->items);
    type->tp_free(op);
    Py_DECREF(type);
}

static PyMethodDef methods[] = {{"use", (PyCFunction)(void (*)(void))use, METH_VARARGS | METH_KEYWORDS, NULL}, {NULL, NULL, 0, NULL}};
static PyType_Slot type_slots[] = {{Py_tp_methods, methods}, {Py_tp_dealloc, dealloc}, {0, NULL}};
static PyType_Spec spec = {"demo.Pool", sizeof(Pool), 0, Py_TPFLAGS_DEFAULT, type_slots};
static int demo_exec(PyObject *m)
{
    PyObject *type = PyType_FromModuleAndSpec(m, &spec, NULL);
    return type ? PyModule_Add(m, "Pool", type) : -1;
}
static PyModuleDef_Slot slots[] = {{Py_mod_exec, demo_exec}, {Py_mod_gil, Py_MOD_GIL_NOT_USED}, {0, NULL}};
static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "demo", NULL, 0, NULL, slots, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit_demo(void) { return PyModuleDef_Init(&module); }
