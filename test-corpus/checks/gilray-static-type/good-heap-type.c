// corpus: check=gilray-static-type gilray="--checks=-gilray-missing-*,-gilray-contradicted-slot"
#include <Python.h>

// What describes a type is no type: specs, slots and method tables may be static.
typedef struct {
    PyObject_HEAD
    double level;
} Gauge;

static PyObject *gauge_read(PyObject *self, PyObject *ignored) { return PyFloat_FromDouble(((Gauge *)self)->level); }

static PyMethodDef gauge_methods[] = {{"read", gauge_read, METH_NOARGS, NULL}, {NULL, NULL, 0, NULL}};
static PyType_Slot gauge_slots[] = { // ok: gilray-static-type
    {Py_tp_methods, gauge_methods},
    {Py_tp_base, &PyBaseObject_Type},
    {0, NULL},
};
static PyType_Spec gauge_spec = {"demo.Gauge", sizeof(Gauge), 0, Py_TPFLAGS_DEFAULT, gauge_slots}; // ok: gilray-static-type

// A pointer to a built-in type is the same in all interpreters.
static PyTypeObject *number_type; // ok: gilray-*

extern PyTypeObject Library_Type; // ok: gilray-static-type  somebody else's, not part of this module

static int demo_exec(PyObject *module)
{
    number_type = &PyFloat_Type;
    PyObject *type = PyType_FromModuleAndSpec(module, &gauge_spec, NULL);
    return type ? PyModule_AddObject(module, "Gauge", type) : -1;
}

static PyModuleDef_Slot slots[] = {{Py_mod_exec, demo_exec}, {0, NULL}};
static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "demo", NULL, 0, NULL, slots, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit_demo(void) { return PyModuleDef_Init(&module); }
