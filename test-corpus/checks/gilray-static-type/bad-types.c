// corpus: check=gilray-static-type gilray="--checks=-gilray-missing-*,-gilray-contradicted-slot"
#include <Python.h>

// One finding per module: the first type, the others as notes.
typedef struct {
    PyObject_HEAD
    double level;
} Gauge;

static PyTypeObject Gauge_Type = { // expect: gilray-static-type "'Gauge_Type' and 3 others"
    PyVarObject_HEAD_INIT(NULL, 0)
    .tp_name = "demo.Gauge",
    .tp_basicsize = sizeof(Gauge),
    .tp_flags = Py_TPFLAGS_DEFAULT,
};

static PyTypeObject Valve_Type; // filled in by module creation

// A struct of a library that wraps a type object.
struct method_table {
    PyTypeObject type;
    int kind;
};
static struct method_table Meter_Type = {{PyVarObject_HEAD_INIT(NULL, 0) .tp_name = "demo.Meter"}, 3};

// PyStructSequence_InitType fills in static storage, too.
static PyTypeObject Reading_Type;
static PyStructSequence_Field reading_fields[] = {{"level", NULL}, {NULL, NULL}};
static PyStructSequence_Desc reading_desc = {"demo.Reading", NULL, reading_fields, 1};

static int demo_exec(PyObject *module)
{
    Valve_Type.tp_name = "demo.Valve";
    Valve_Type.tp_basicsize = sizeof(Gauge);
    Valve_Type.tp_flags = Py_TPFLAGS_DEFAULT;
    if (PyType_Ready(&Gauge_Type) < 0 || PyType_Ready(&Valve_Type) < 0 || PyType_Ready(&Meter_Type.type) < 0)
        return -1;
    return PyStructSequence_InitType2(&Reading_Type, &reading_desc);
}

static PyModuleDef_Slot slots[] = {{Py_mod_exec, demo_exec}, {0, NULL}};
static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "demo", NULL, 0, NULL, slots, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit_demo(void) { return PyModuleDef_Init(&module); }
