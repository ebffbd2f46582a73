// corpus: check=gilray-static-type py=3.12.. gilray="--checks=-gilray-missing-*,-gilray-contradicted-slot"
#include <Python.h>

// The module says that it supports one interpreter only: static types are what that is for.
static PyTypeObject Gauge_Type = { // ok: gilray-static-type
    PyVarObject_HEAD_INIT(NULL, 0)
    .tp_name = "demo.Gauge",
    .tp_basicsize = sizeof(PyObject),
};
static PyObject *Error; // ok: gilray-static-object  for the same reason

static int demo_exec(PyObject *module)
{
    Error = PyErr_NewException("demo.Error", NULL, NULL);
    return PyType_Ready(&Gauge_Type);
}

static PyModuleDef_Slot slots[] = {
    {Py_mod_exec, demo_exec},
    {Py_mod_multiple_interpreters, Py_MOD_MULTIPLE_INTERPRETERS_NOT_SUPPORTED},
    {0, NULL},
};
static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "demo", NULL, 0, NULL, slots, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit_demo(void) { return PyModuleDef_Init(&module); }
