// corpus: check=gilray-unlocked-iteration py=3.13.. gilray="--checks=-gilray-missing-*,-gilray-contradicted-slot,-gilray-static-object,-gilray-mutable-global"
#include <Python.h>

// In a helper that gets the dictionary of the object.
struct Shelf {
    PyObject_HEAD
    PyObject *sizes;
};

static long sum(Shelf *self)
{
    PyObject *key = nullptr, *value = nullptr;
    Py_ssize_t pos = 0;
    long all = 0;
    while (PyDict_Next(self->sizes, &pos, &key, &value)) // expect: gilray-unlocked-iteration "thread 1: 'sum' is called here"
        all += PyLong_AsLong(value);
    return all;
}

static PyObject *total(PyObject *op, PyObject *) { return PyLong_FromLong(sum(reinterpret_cast<Shelf *>(op))); }

static PyMethodDef methods[] = {{"total", total, METH_NOARGS, NULL}, {nullptr, nullptr, 0, nullptr}};
static PyType_Slot type_slots[] = {{Py_tp_methods, (void *)methods}, {0, NULL}};
static PyType_Spec spec = {"demo.Shelf", sizeof(Shelf), 0, Py_TPFLAGS_DEFAULT, type_slots};
static int demo_exec(PyObject *m)
{
    PyObject *type = PyType_FromModuleAndSpec(m, &spec, NULL);
    return type ? PyModule_Add(m, "Shelf", type) : -1;
}
static PyModuleDef_Slot slots[] = {{Py_mod_exec, (void *)demo_exec}, {Py_mod_gil, Py_MOD_GIL_NOT_USED}, {0, NULL}};
static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "demo", NULL, 0, NULL, slots, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit_demo(void) { return PyModuleDef_Init(&module); }
