// corpus: check=gilray-borrowed-reference py=3.13.. gilray="--checks=-gilray-missing-*,-gilray-contradicted-slot,-gilray-static-object,-gilray-mutable-global" severity=note
#include <Python.h>

// Used within the statement only: a note, which is hidden by default.
typedef struct {
    PyObject_HEAD
    PyObject *items;
} Pool;

static PyObject *size(PyObject *op, PyObject *ignored)
{
    return PyLong_FromSsize_t(PyObject_Size(PyList_GetItem(((Pool *)op)->items, 0))); // expect: gilray-borrowed-reference "borrowed reference"
}

static PyMethodDef methods[] = {{"size", size, METH_NOARGS, NULL}, {NULL, NULL, 0, NULL}};
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
