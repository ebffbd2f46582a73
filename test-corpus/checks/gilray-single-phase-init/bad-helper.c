// corpus: check=gilray-single-phase-init py=3.10.. gilray="--checks=gilray-single-phase-init"
// A helper makes the module out of the definition it is handed.
#include <Python.h>

static PyObject *kiln_error;

static PyObject *make(struct PyModuleDef *definition)
{
    PyObject *module = PyModule_Create(definition); // expect: gilray-single-phase-init "module 'kiln'"
    if (!module)
        return NULL;
    kiln_error = PyErr_NewException("kiln.Error", NULL, NULL);
    if (PyModule_AddObjectRef(module, "Error", kiln_error) < 0) {
        Py_DECREF(module);
        return NULL;
    }
    return module;
}

static struct PyModuleDef kiln = {PyModuleDef_HEAD_INIT, .m_name = "kiln", .m_size = 0};

PyMODINIT_FUNC PyInit_kiln(void)
{
    PyObject *module = make(&kiln);
    return module;
}
