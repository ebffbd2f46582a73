// corpus: check=gilray-module-lookup gilray="--checks=-gilray-missing-*,-gilray-contradicted-slot"
#include <Python.h>

static struct PyModuleDef module;

static PyObject *json; // expect: gilray-module-lookup "'json' and 2 others"

static PyObject *state_of_module(PyObject *self, PyObject *ignored)
{
    PyObject *found = PyState_FindModule(&module); // one module per interpreter, and none of several phases
    PyObject *named = PyImport_AddModule("demo");  // whatever has the name by now
    return Py_BuildValue("(OO)", found ? found : Py_None, named);
}

static PyMethodDef methods[] = {{"state", state_of_module, METH_NOARGS, NULL}, {NULL, NULL, 0, NULL}};

static int demo_exec(PyObject *m)
{
    json = PyImport_ImportModule("json");
    return json ? 0 : -1;
}

static PyModuleDef_Slot slots[] = {{Py_mod_exec, demo_exec}, {0, NULL}};
static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "demo", NULL, 0, methods, slots, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit_demo(void) { return PyModuleDef_Init(&module); }
