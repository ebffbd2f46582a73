// corpus: check=gilray-static-object gilray="--checks=-gilray-missing-*,-gilray-contradicted-slot"
#include <Python.h>

// Exceptions that a table fills in: the variables are named by their addresses only.
PyObject *Error; // expect: gilray-static-object "'Error' and 2 others"
PyObject *TimeoutError;
static PyObject **by_code; // an array of objects on the heap

static struct {
    const char *name;
    PyObject **exception;
} const exceptions[] = {
    {"demo.Error", &Error},
    {"demo.TimeoutError", &TimeoutError},
    {NULL, NULL},
};

static int demo_exec(PyObject *module)
{
    by_code = (PyObject **)PyMem_Calloc(2, sizeof(PyObject *));
    for (int i = 0; exceptions[i].name; i++) {
        *exceptions[i].exception = PyErr_NewException(exceptions[i].name, NULL, NULL);
        if (!*exceptions[i].exception)
            return -1;
        by_code[i] = *exceptions[i].exception;
    }
    return 0;
}

static PyModuleDef_Slot slots[] = {{Py_mod_exec, demo_exec}, {0, NULL}};
static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "demo", NULL, 0, NULL, slots, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit_demo(void) { return PyModuleDef_Init(&module); }
