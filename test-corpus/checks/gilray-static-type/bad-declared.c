// corpus: check=gilray-static-type py=3.12.. gilray="--checks=-gilray-missing-*,-gilray-contradicted-slot"
#include <Python.h>

// The module promises to run in interpreters with their own GIL: every type is a finding.
static PyTypeObject Gauge_Type = { // expect: gilray-static-type "'Gauge_Type'"
    PyVarObject_HEAD_INIT(NULL, 0)
    .tp_name = "demo.Gauge",
    .tp_basicsize = sizeof(PyObject),
};

static PyTypeObject Valve_Type = { // expect: gilray-static-type "'Valve_Type'"
    PyVarObject_HEAD_INIT(NULL, 0)
    .tp_name = "demo.Valve",
    .tp_basicsize = sizeof(PyObject),
};

static int demo_exec(PyObject *module)
{
    return PyType_Ready(&Gauge_Type) < 0 || PyType_Ready(&Valve_Type) < 0 ? -1 : 0;
}

static PyModuleDef_Slot slots[] = {
    {Py_mod_exec, demo_exec},
    {Py_mod_multiple_interpreters, Py_MOD_PER_INTERPRETER_GIL_SUPPORTED},
    {0, NULL},
};
static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "demo", NULL, 0, NULL, slots, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit_demo(void) { return PyModuleDef_Init(&module); }
