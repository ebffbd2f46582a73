// corpus: check=gilray-module-lookup py=3.9.. errors=yes
// How the module is made does not compile here: whether it can be found at all is not known, only that there is one.
#include <Python.h>

typedef struct {
    PyObject *error;
} State;

static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "demo", NULL, sizeof(State), NULL, NULL, NULL, NULL, NULL};

static PyObject *fail(PyObject *self, PyObject *unused)
{
    PyObject *m = PyState_FindModule(&module); // expect: gilray-module-lookup "gives one module per interpreter"
    State *state = (State *)PyModule_GetState(m);
    PyErr_SetString(state->error, "failed");
    return NULL;
}

static PyMethodDef methods[] = {{"fail", fail, METH_NOARGS, NULL}, {NULL, NULL, 0, NULL}};

PyMODINIT_FUNC PyInit_demo(void) // expect-incomplete: "does not compile"
{
    module.m_methods = methods;
    PyObject *m = PyModule_Create(&module);
    PyState_AddModule(m, &module);
    header_that_is_missing(m, unknown_constant);
    return m;
}
