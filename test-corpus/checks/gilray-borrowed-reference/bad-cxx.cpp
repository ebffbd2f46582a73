// corpus: check=gilray-borrowed-reference py=3.13.. gilray="--checks=-gilray-missing-*,-gilray-contradicted-slot,-gilray-static-object,-gilray-mutable-global"
#include <Python.h>

// In a method of a C++ class that keeps a dictionary.
struct Table {
    PyObject_HEAD
    PyObject *rows;
    PyObject *row(PyObject *key) const
    {
        PyObject *found = PyDict_GetItem(rows, key); // expect: gilray-borrowed-reference "thread 1: 'Table::row' is called here"
        Py_XINCREF(found);
        return found;
    }
};

static PyObject *get(PyObject *op, PyObject *key) { return reinterpret_cast<Table *>(op)->row(key); }

static PyMethodDef methods[] = {{"get", get, METH_O, NULL}, {nullptr, nullptr, 0, nullptr}};
static PyType_Slot type_slots[] = {{Py_tp_methods, (void *)methods}, {0, NULL}};
static PyType_Spec spec = {"demo.Table", sizeof(Table), 0, Py_TPFLAGS_DEFAULT, type_slots};
static int demo_exec(PyObject *m)
{
    PyObject *type = PyType_FromModuleAndSpec(m, &spec, NULL);
    return type ? PyModule_Add(m, "Table", type) : -1;
}
static PyModuleDef_Slot slots[] = {{Py_mod_exec, (void *)demo_exec}, {Py_mod_gil, Py_MOD_GIL_NOT_USED}, {0, NULL}};
static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "demo", NULL, 0, NULL, slots, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit_demo(void) { return PyModuleDef_Init(&module); }
