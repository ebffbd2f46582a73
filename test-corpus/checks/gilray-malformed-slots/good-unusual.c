// corpus: check=* py=3.13..
// What is legal though it looks odd.
#include <Python.h>

static int one(PyObject *module) { return 0; }
static int two(PyObject *module) { return 0; }
static PyObject *create(PyObject *spec, PyModuleDef *definition)
{
    PyObject *name = PyObject_GetAttrString(spec, "name"), *module = NULL;
    if (name)
        module = PyModule_NewObject(name);
    Py_XDECREF(name);
    return module;
}

static PyModuleDef_Slot slots[8] = { // ok: gilray-malformed-slots  the rest of the array is zero
    {Py_mod_create, create},
    {Py_mod_exec, one},
    {Py_mod_exec, two}, // ok: gilray-malformed-slots  several exec slots are allowed here
    {Py_mod_multiple_interpreters, Py_MOD_MULTIPLE_INTERPRETERS_NOT_SUPPORTED},
    {Py_mod_gil, Py_MOD_GIL_USED},
};
static struct PyModuleDef loom = {PyModuleDef_HEAD_INIT, .m_name = "weaving.loom", .m_size = 16, .m_slots = slots};

PyMODINIT_FUNC PyInit_loom(void) { return PyModuleDef_Init(&loom); }
