// corpus: check=gilray-static-object gilray="--checks=-gilray-missing-*,-gilray-contradicted-slot"
#include <Python.h>

// Objects in the module state; local variables and parameters are nobody else's.
typedef struct {
    PyObject *Error;
} demo_state; // ok: gilray-*

static PyObject *fail(PyObject *module, PyObject *arg)
{
    demo_state *state = (demo_state *)PyModule_GetState(module);
    PyObject *text = PyObject_Str(arg); // ok: gilray-*
    if (text)
        PyErr_SetObject(state->Error, text);
    Py_XDECREF(text);
    return NULL;
}

static int demo_exec(PyObject *module)
{
    demo_state *state = (demo_state *)PyModule_GetState(module);
    state->Error = PyErr_NewException("demo.Error", NULL, NULL);
    return state->Error ? 0 : -1;
}

static int demo_traverse(PyObject *module, visitproc visit, void *arg)
{
    demo_state *state = (demo_state *)PyModule_GetState(module);
    Py_VISIT(state->Error);
    return 0;
}

static int demo_clear(PyObject *module)
{
    demo_state *state = (demo_state *)PyModule_GetState(module);
    Py_CLEAR(state->Error);
    return 0;
}

static PyMethodDef methods[] = {{"fail", fail, METH_O, NULL}, {NULL, NULL, 0, NULL}};
static PyModuleDef_Slot slots[] = {{Py_mod_exec, demo_exec}, {0, NULL}};
static struct PyModuleDef module = {
    PyModuleDef_HEAD_INIT, "demo", NULL, sizeof(demo_state), methods, slots, demo_traverse, demo_clear, NULL};

PyMODINIT_FUNC PyInit_demo(void) { return PyModuleDef_Init(&module); }
