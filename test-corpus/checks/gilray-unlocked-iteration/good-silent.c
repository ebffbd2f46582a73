// corpus: check=gilray-unlocked-iteration py=3.13.. gilray="--checks=-gilray-missing-*,-gilray-contradicted-slot,-gilray-static-object,-gilray-mutable-global"
#include <Python.h>

// In a critical section, also one that a caller began; over a copy; over keyword arguments; over a tuple.
typedef struct {
    PyObject_HEAD
    PyObject *sizes;
} Shelf;

static long sum(PyObject *dict)
{
    PyObject *key, *value;
    Py_ssize_t pos = 0;
    long all = 0;
    while (PyDict_Next(dict, &pos, &key, &value)) // ok: gilray-unlocked-iteration  the caller's critical section
        all += PyLong_AsLong(value);
    return all;
}

static PyObject *total(PyObject *op, PyObject *args, PyObject *kwargs)
{
    Shelf *self = (Shelf *)op;
    PyObject *key, *value, *copy;
    Py_ssize_t pos = 0;
    long all = 0;
    Py_BEGIN_CRITICAL_SECTION(self->sizes);
    all += sum(self->sizes);
    Py_END_CRITICAL_SECTION();
    while (kwargs && PyDict_Next(kwargs, &pos, &key, &value)) // ok: gilray-unlocked-iteration  made for this call
        all += PyLong_AsLong(value);
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(args); i++)
        all += PyLong_AsLong(PyTuple_GET_ITEM(args, i)); // ok: gilray-unlocked-iteration  tuples do not change
    copy = PyDict_Copy(self->sizes);
    for (pos = 0; copy && PyDict_Next(copy, &pos, &key, &value);) // ok: gilray-unlocked-iteration  nobody else has it
        all += PyLong_AsLong(value);
    Py_XDECREF(copy);
    return PyLong_FromLong(all);
}

static PyMethodDef methods[] = {{"total", (PyCFunction)(void (*)(void))total, METH_VARARGS | METH_KEYWORDS, NULL}, {NULL, NULL, 0, NULL}};
static PyType_Slot type_slots[] = {{Py_tp_methods, methods}, {0, NULL}};
static PyType_Spec spec = {"demo.Shelf", sizeof(Shelf), 0, Py_TPFLAGS_DEFAULT, type_slots};
static int demo_exec(PyObject *m)
{
    PyObject *type = PyType_FromModuleAndSpec(m, &spec, NULL);
    return type ? PyModule_Add(m, "Shelf", type) : -1;
}
static PyModuleDef_Slot slots[] = {{Py_mod_exec, demo_exec}, {Py_mod_gil, Py_MOD_GIL_NOT_USED}, {0, NULL}};
static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "demo", NULL, 0, NULL, slots, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit_demo(void) { return PyModuleDef_Init(&module); }
