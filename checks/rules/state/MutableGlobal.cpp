#include "rules/FactReport.h"
#include "rules/Report.h"

namespace gilray {

using namespace rules;

static constexpr Example Bad[] = {{"a counter", R"c(#include <Python.h>

static long calls;

static PyObject *count(PyObject *self, PyObject *ignored)
{
    return PyLong_FromLong(++calls);
}

static PyMethodDef methods[] = {{"count", count, METH_NOARGS, NULL}, {NULL}};
static PyModuleDef_Slot slots[] = {{0, NULL}};
static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "demo", NULL, 0, methods, slots, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit_demo(void) { return PyModuleDef_Init(&module); }
)c"}};

static constexpr Example Good[] = {{"a counter per module", R"c(#include <Python.h>

typedef struct {
    long calls;
} demo_state;

static PyObject *count(PyObject *module, PyObject *ignored)
{
    demo_state *state = (demo_state *)PyModule_GetState(module);
    return PyLong_FromLong(++state->calls);
}

static PyMethodDef methods[] = {{"count", count, METH_NOARGS, NULL}, {NULL}};
static PyModuleDef_Slot slots[] = {{0, NULL}};
static struct PyModuleDef module = {
    PyModuleDef_HEAD_INIT, "demo", NULL, sizeof(demo_state), methods, slots, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit_demo(void) { return PyModuleDef_Init(&module); }
)c"}};

static void run(const rules::Input &In, std::vector<Finding> &Out);

GILRAY_CHECK(
    MutableGlobal,
    {
        .Name = "mutable-global",
        .Group = "state",
        .Summary = "static storage is written after the module was created",
        .Default = Severity::Warning,
        .State = Maturity::Preview,
        .Since = "0.1.0",
        .ReviewBy = "0.2.0",
        .What = "A variable with static storage that running code writes: by name, through a pointer, or in a function "
                "that gets its address.",
        .Why = "All interpreters of a process and, without a GIL, all threads share it: with a GIL per interpreter, or "
               "none, the writes race (PEP 684, PEP 703).",
        .Remedy = "Keep it in the module state or in an object, make it atomic, or guard it with a lock.",
        .Limits =
            "Silent on what is written while the module is created only, const, atomic and thread_local variables, "
            "locks and the interpreter's own tables. Writes by functions without body, and by functions that nobody is "
            "seen to call, are not reported; gilray readiness names them. One finding per module, unless it declares "
            "support for interpreters with their own GIL or for running without a GIL.",
        .Bad = Bad,
        .Good = Good,
        .Run = run,
    });

static void run(const rules::Input &In, std::vector<Finding> &Out) {
  // A guess blocks nothing, and is nothing to report.
  reportFacts(
      In, MutableGlobalCheck, evidence::Kind::MutableGlobal,
      "writes from two interpreters or threads race as soon as one GIL does not serialise them",
      [](const FactGroup &G) {
        return "static variables " + G.subjects() +
               " are written after module creation, and all interpreters and threads share them";
      },
      Out);
}

} // namespace gilray
