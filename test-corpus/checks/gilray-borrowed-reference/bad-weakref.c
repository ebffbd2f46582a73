// corpus: check=gilray-borrowed-reference py=3.13..3.14 gilray="--checks=-gilray-missing-*,-gilray-contradicted-slot,-gilray-static-object,-gilray-mutable-global"
#include <Python.h>

// Nobody need keep the target of a weak reference.
static PyObject *target(PyObject *self, PyObject *ref)
{
    PyObject *found = PyWeakref_GetObject(ref); // expect: gilray-borrowed-reference "'PyWeakref_GetRef' (3.13"
    return Py_XNewRef(found);
}

static PyMethodDef methods[] = {{"target", target, METH_O, NULL}, {NULL, NULL, 0, NULL}};
static PyModuleDef_Slot slots[] = {{Py_mod_gil, Py_MOD_GIL_NOT_USED}, {0, NULL}};
static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "demo", NULL, 0, methods, slots, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit_demo(void) { return PyModuleDef_Init(&module); }
