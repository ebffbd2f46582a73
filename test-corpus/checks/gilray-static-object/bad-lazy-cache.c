// corpus: check=gilray-static-object py=3.13.. gilray="--checks=-gilray-missing-*,-gilray-contradicted-slot"
#include <Python.h>

// Declared free of the GIL, and nothing promised for interpreters: what is set on import is no race. What is set on first use
// is one, and gilray-lazy-init-race tells it.
static PyObject *Error; // ok: gilray-static-object  set by module creation only, and the module promises nothing for interpreters

static PyObject *decode(PyObject *self, PyObject *arg)
{
    static PyObject *pattern; // ok: gilray-static-object
    if (!pattern) // expect: gilray-lazy-init-race "'pattern' of 'decode' is set on first use"
        pattern = PyObject_Str(arg);
    PyErr_SetObject(Error, pattern);
    return NULL;
}

static PyMethodDef methods[] = {{"decode", decode, METH_O, NULL}, {NULL, NULL, 0, NULL}};

static int demo_exec(PyObject *module)
{
    Error = PyErr_NewException("demo.Error", NULL, NULL);
    return 0;
}

static PyModuleDef_Slot slots[] = {
    {Py_mod_exec, demo_exec},
    {Py_mod_multiple_interpreters, Py_MOD_MULTIPLE_INTERPRETERS_NOT_SUPPORTED},
    {Py_mod_gil, Py_MOD_GIL_NOT_USED},
    {0, NULL},
};
static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "demo", NULL, 0, methods, slots, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit_demo(void) { return PyModuleDef_Init(&module); }
