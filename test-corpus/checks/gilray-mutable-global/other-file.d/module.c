// corpus: check=gilray-mutable-global variants=gil gilray="--checks=-gilray-missing-*,-gilray-contradicted-slot"
#include <Python.h>
#include "tables.h"

// The tables of another file: filled while the module is created, counted while it is used.
static PyObject *look_up(PyObject *self, PyObject *arg)
{
    return PyLong_FromLong(table_get((int)PyLong_AsLong(arg)));
}

static int demo_exec(PyObject *module)
{
    table_fill();
    return 0;
}

static PyMethodDef methods[] = {{"look_up", look_up, METH_O, NULL}, {NULL, NULL, 0, NULL}};
static PyModuleDef_Slot slots[] = {{Py_mod_exec, demo_exec}, {0, NULL}};
static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "demo", NULL, 0, methods, slots, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit_demo(void) { return PyModuleDef_Init(&module); }
