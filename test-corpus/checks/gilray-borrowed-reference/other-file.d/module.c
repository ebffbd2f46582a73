// corpus: check=gilray-borrowed-reference py=3.13.. gilray="--checks=-gilray-missing-*,-gilray-contradicted-slot,-gilray-static-object,-gilray-mutable-global"
#include <Python.h>

extern PyObject *registry;
PyObject *registry_find(PyObject *key);

// The dictionary is looked up in the other file and emptied here.
static PyObject *find(PyObject *self, PyObject *key) { return registry_find(key); }

static PyObject *empty(PyObject *self, PyObject *ignored)
{
    PyDict_Clear(registry);
    Py_RETURN_NONE;
}

static int demo_exec(PyObject *m)
{
    registry = PyDict_New();
    return registry ? 0 : -1;
}

static PyMethodDef methods[] = {{"find", find, METH_O, NULL}, {"empty", empty, METH_NOARGS, NULL}, {NULL, NULL, 0, NULL}};
static PyModuleDef_Slot slots[] = {{Py_mod_exec, demo_exec}, {Py_mod_gil, Py_MOD_GIL_NOT_USED}, {0, NULL}};
static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "demo", NULL, 0, methods, slots, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit_demo(void) { return PyModuleDef_Init(&module); }
