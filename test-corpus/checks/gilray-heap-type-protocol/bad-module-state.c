// corpus: check=gilray-heap-type-protocol gilray="--checks=-gilray-missing-*,-gilray-contradicted-slot"
#include <Python.h>

// The state refers to two objects; one is visited, none is given up.
typedef struct {
    PyObject *Error;
    PyObject *registry;
} demo_state;

static demo_state *get_state(PyObject *module) { return (demo_state *)PyModule_GetState(module); }

static int demo_exec(PyObject *module)
{
    demo_state *state = get_state(module);
    state->Error = PyErr_NewException("demo.Error", NULL, NULL);
    state->registry = PyDict_New();
    return state->Error && state->registry ? 0 : -1;
}

static int demo_traverse(PyObject *module, visitproc visit, void *arg) // expect: gilray-heap-type-protocol "'registry' are hidden"
{
    Py_VISIT(get_state(module)->Error);
    return 0;
}

static PyModuleDef_Slot slots[] = {{Py_mod_exec, demo_exec}, {0, NULL}};
static struct PyModuleDef module = { // expect: gilray-heap-type-protocol "never given up"
    PyModuleDef_HEAD_INIT, "demo", NULL, sizeof(demo_state), NULL, slots, demo_traverse, NULL, NULL};

PyMODINIT_FUNC PyInit_demo(void) { return PyModuleDef_Init(&module); }
