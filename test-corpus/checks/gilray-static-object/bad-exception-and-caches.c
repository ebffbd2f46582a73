// corpus: check=gilray-static-object variants=gil gilray="--checks=-gilray-missing-*,-gilray-contradicted-slot"
#include <Python.h>

// One finding per module. All forms of keeping an object count.
static PyObject *Error;          // expect: gilray-static-object "'Error' and 5 others"
static PyObject *names[2];       // interned strings, made on import
static struct {
    PyObject *dumps;
    int depth;
} hooks;
static PyTypeObject *gauge_type; // a heap type, but in static storage
typedef struct {
    PyObject *registry;
} module_state;
static module_state *state; // module state, reached through a static pointer

static PyObject *encode(PyObject *self, PyObject *arg)
{
    static PyObject *empty; // a cache filled on first use
    if (!empty)
        empty = PyDict_New();
    PyErr_SetObject(Error, names[0]);
    return PyObject_CallFunctionObjArgs(hooks.dumps, arg, empty, NULL);
}

static PyObject *set_hook(PyObject *self, PyObject *hook)
{
    Py_INCREF(hook);
    Py_XSETREF(hooks.dumps, hook);
    Py_RETURN_NONE;
}

static PyMethodDef methods[] = {
    {"encode", encode, METH_O, NULL}, {"set_hook", set_hook, METH_O, NULL}, {NULL, NULL, 0, NULL}};
static PyType_Slot gauge_slots[] = {{0, NULL}};
static PyType_Spec gauge_spec = {"demo.Gauge", sizeof(PyObject), 0, Py_TPFLAGS_DEFAULT, gauge_slots};

static int demo_exec(PyObject *module)
{
    Error = PyErr_NewException("demo.Error", NULL, NULL);
    names[0] = PyUnicode_InternFromString("level");
    names[1] = PyUnicode_InternFromString("unit");
    gauge_type = (PyTypeObject *)PyType_FromSpec(&gauge_spec);
    state = (module_state *)PyModule_GetState(module);
    return PyModule_AddObject(module, "Error", Error);
}

static PyModuleDef_Slot slots[] = {{Py_mod_exec, demo_exec}, {0, NULL}};
static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "demo", NULL, 0, methods, slots, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit_demo(void) { return PyModuleDef_Init(&module); }
