// corpus: check=gilray-module-lookup gilray="--checks=-gilray-missing-*,-gilray-contradicted-slot"
#include <Python.h>

static PyObject *dump(PyObject *self, PyObject *arg)
{
    PyObject *main_module = PyImport_AddModule("__main__"); // ok: gilray-module-lookup  there is one per interpreter, and that is meant
    PyObject *json = PyImport_ImportModule("json");         // ok: gilray-module-lookup  not kept
    if (!json)
        return NULL;
    PyObject *text = PyObject_CallMethod(json, "dumps", "OO", arg, main_module);
    Py_DECREF(json);
    return text;
}

static PyMethodDef methods[] = {{"dump", dump, METH_O, NULL}, {NULL, NULL, 0, NULL}};
static PyModuleDef_Slot slots[] = {{0, NULL}};
static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "demo", NULL, 0, methods, slots, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit_demo(void) { return PyModuleDef_Init(&module); }
