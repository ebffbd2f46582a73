#include <Python.h>

extern PyType_Spec reader_spec, writer_spec;

static int demo_exec(PyObject *m)
{
    PyObject *reader = PyType_FromModuleAndSpec(m, &reader_spec, NULL);
    PyObject *writer = PyType_FromModuleAndSpec(m, &writer_spec, NULL);
    return reader && writer ? PyModule_Add(m, "Reader", reader) | PyModule_Add(m, "Writer", writer) : -1;
}
static PyModuleDef_Slot slots[] = {{Py_mod_exec, demo_exec}, {Py_mod_gil, Py_MOD_GIL_NOT_USED}, {0, NULL}};
static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "demo", NULL, 0, NULL, slots, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit_demo(void) { return PyModuleDef_Init(&module); }
