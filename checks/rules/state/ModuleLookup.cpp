#include "rules/FactReport.h"
#include "rules/Report.h"

namespace gilray {

using namespace rules;

static constexpr Example Bad[] = {{"a cached import", R"c(#include <Python.h>

static PyObject *encode(PyObject *self, PyObject *arg)
{
    static PyObject *json;
    if (!json && !(json = PyImport_ImportModule("json")))
        return NULL;
    return PyObject_CallMethod(json, "dumps", "O", arg);
}

static PyMethodDef methods[] = {{"encode", encode, METH_O, NULL}, {NULL}};
static PyModuleDef_Slot slots[] = {{0, NULL}};
static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "demo", NULL, 0, methods, slots, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit_demo(void) { return PyModuleDef_Init(&module); }
)c"}};

static constexpr Example Good[] = {{"imported where it is used", R"c(#include <Python.h>

static PyObject *encode(PyObject *self, PyObject *arg)
{
    PyObject *json = PyImport_ImportModule("json"); /* a lookup in sys.modules when it was imported before */
    if (!json)
        return NULL;
    PyObject *text = PyObject_CallMethod(json, "dumps", "O", arg);
    Py_DECREF(json);
    return text;
}

static PyMethodDef methods[] = {{"encode", encode, METH_O, NULL}, {NULL}};
static PyModuleDef_Slot slots[] = {{0, NULL}};
static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "demo", NULL, 0, methods, slots, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit_demo(void) { return PyModuleDef_Init(&module); }
)c"}};

static void run(const rules::Input &In, std::vector<Finding> &Out);

GILRAY_CHECK(
    ModuleLookup,
    {
        .Name = "module-lookup",
        .Group = "state",
        .Summary = "code asks for a module as if there were one per process",
        .Default = Severity::Warning,
        .State = Maturity::Preview,
        .Since = "0.1.0",
        .ReviewBy = "0.2.0",
        .What = "PyState_FindModule; a module that looks itself up with PyImport_AddModule or PyImport_ImportModule; "
                "an imported module kept in static storage.",
        .Why = "A module can exist once per interpreter, and several times in one. The lookup finds another one than "
               "the code belongs to, or none: modules of multi-phase initialisation are not registered for "
               "PyState_FindModule. A cached module belongs to the interpreter that imported it first.",
        .Remedy = "Take the state from the module argument, from the defining class (METH_METHOD, 3.9) or with "
                  "PyType_GetModuleByDef (3.11); keep imported modules in the module state.",
        .Limits = "Lookups by a name that is computed at run time are not seen.",
        .Bad = Bad,
        .Good = Good,
        .Run = run,
    });

static void run(const rules::Input &In, std::vector<Finding> &Out) {
  reportFacts(
      In, ModuleLookupCheck, evidence::Kind::ModuleLookup,
      "a module can exist once per interpreter, and several times in one",
      [](const FactGroup &G) { return "lookups " + G.subjects() + " assume that there is one module per process"; },
      Out);
}

} // namespace gilray
