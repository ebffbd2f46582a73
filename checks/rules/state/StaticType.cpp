#include "rules/FactReport.h"
#include "rules/Report.h"

namespace gilray {

using namespace rules;

static constexpr Example Bad[] = {{"the type of a module's objects", R"c(#include <Python.h>

typedef struct {
    PyObject_HEAD
    double level;
} Gauge;

static PyTypeObject Gauge_Type = {
    PyVarObject_HEAD_INIT(NULL, 0)
    .tp_name = "demo.Gauge",
    .tp_basicsize = sizeof(Gauge),
    .tp_flags = Py_TPFLAGS_DEFAULT,
    .tp_new = PyType_GenericNew,
};

static int demo_exec(PyObject *module) { return PyModule_AddType(module, &Gauge_Type); }

static PyModuleDef_Slot slots[] = {{Py_mod_exec, demo_exec}, {0, NULL}};
static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "demo", NULL, 0, NULL, slots, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit_demo(void) { return PyModuleDef_Init(&module); }
)c"}};

static constexpr Example Good[] = {{"a heap type", R"c(#include <Python.h>

typedef struct {
    PyObject_HEAD
    double level;
} Gauge;

static PyType_Slot gauge_slots[] = {{Py_tp_new, PyType_GenericNew}, {0, NULL}};
static PyType_Spec gauge_spec = {"demo.Gauge", sizeof(Gauge), 0, Py_TPFLAGS_DEFAULT, gauge_slots};

static int demo_exec(PyObject *module)
{
    PyObject *type = PyType_FromModuleAndSpec(module, &gauge_spec, NULL);
    if (!type)
        return -1;
    int result = PyModule_AddType(module, (PyTypeObject *)type);
    Py_DECREF(type);
    return result;
}

static PyModuleDef_Slot slots[] = {{Py_mod_exec, demo_exec}, {0, NULL}};
static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "demo", NULL, 0, NULL, slots, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit_demo(void) { return PyModuleDef_Init(&module); }
)c"}};

static void run(const rules::Input &In, std::vector<Finding> &Out);

GILRAY_CHECK(
    StaticType,
    {
        .Name = "static-type",
        .Group = "state",
        .Summary = "a type object in static storage is shared by all interpreters",
        .Default = Severity::Warning,
        .State = Maturity::Preview,
        .Since = "0.1.0",
        .ReviewBy = "0.2.0",
        .What = "A PyTypeObject with static storage, or a struct around one, in an extension module.",
        .Why = "There is one for the whole process: its dictionary, its list of subclasses and its reference count are "
               "used by interpreters that each hold another GIL (PEP 684), and its methods cannot get at the module "
               "state.",
        .Remedy =
            "Make it a heap type: PyType_FromModuleAndSpec in the Py_mod_exec function, kept in the module state.",
        .Limits = "One finding per module, unless it declares support for interpreters with their own GIL; none if it "
                  "declares that it supports one interpreter only, or is Cython's without CYTHON_USE_MODULE_STATE, "
                  "which refuses a second one. Files without a module are not judged.",
        .Bad = Bad,
        .Good = Good,
        .Run = run,
    });

static void run(const rules::Input &In, std::vector<Finding> &Out) {
  reportFacts(
      In, StaticTypeCheck, evidence::Kind::StaticType,
      "interpreters with their own GIL change its dictionary and reference count at the same time",
      [](const FactGroup &G) {
        return "static types " + G.subjects() + " are shared by all interpreters of the process";
      },
      Out);
}

} // namespace gilray
