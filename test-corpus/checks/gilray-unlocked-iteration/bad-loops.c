// corpus: check=gilray-unlocked-iteration py=3.13.. gilray="--checks=-gilray-missing-*,-gilray-contradicted-slot,-gilray-static-object,-gilray-mutable-global"
#include <Python.h>

// Going through a field, an argument and a global without a critical section.
typedef struct {
    PyObject_HEAD
    PyObject *sizes;
} Shelf;

static PyObject *defaults;

static PyObject *total(PyObject *op, PyObject *arg)
{
    Shelf *self = (Shelf *)op;
    PyObject *key, *value;
    Py_ssize_t pos = 0;
    long sum = 0;
    while (PyDict_Next(self->sizes, &pos, &key, &value)) // expect: gilray-unlocked-iteration "goes through 'op->sizes' without a critical section"
        sum += PyLong_AsLong(value);
    for (Py_ssize_t i = 0; i < PyList_GET_SIZE(defaults); i++)
        sum += PyLong_AsLong(PyList_GET_ITEM(defaults, i)); // expect: gilray-unlocked-iteration "goes through 'defaults'"
    PyObject *fast = PySequence_Fast(arg, "a sequence");
    if (fast == NULL)
        return NULL;
    PyObject **items = PySequence_Fast_ITEMS(fast); // expect: gilray-unlocked-iteration "another thread can change it"
    for (Py_ssize_t i = 0; i < PySequence_Fast_GET_SIZE(fast); i++)
        sum += PyLong_AsLong(items[i]);
    Py_DECREF(fast);
    return PyLong_FromLong(sum);
}

static PyObject *put(PyObject *op, PyObject *arg)
{
    if (PyDict_SetItemString(((Shelf *)op)->sizes, "last", arg) < 0)
        return NULL;
    Py_RETURN_NONE;
}

static PyMethodDef methods[] = {{"total", total, METH_O, NULL}, {"put", put, METH_O, NULL}, {NULL, NULL, 0, NULL}};
static PyType_Slot type_slots[] = {{Py_tp_methods, methods}, {0, NULL}};
static PyType_Spec spec = {"demo.Shelf", sizeof(Shelf), 0, Py_TPFLAGS_DEFAULT, type_slots};
static int demo_exec(PyObject *m)
{
    defaults = PyList_New(0);
    PyObject *type = PyType_FromModuleAndSpec(m, &spec, NULL);
    return type ? PyModule_Add(m, "Shelf", type) : -1;
}
static PyModuleDef_Slot slots[] = {{Py_mod_exec, demo_exec}, {Py_mod_gil, Py_MOD_GIL_NOT_USED}, {0, NULL}};
static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "demo", NULL, 0, NULL, slots, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit_demo(void) { return PyModuleDef_Init(&module); }
