#include "rules/Report.h"
#include "rules/freethreading/Applies.h"

namespace gilray {

using namespace rules;
using evidence::Race;

static constexpr Example Bad[] = {{"a cache that is filled on first use", R"c(#include <Python.h>

static PyObject *units;

static PyObject *get_units(PyObject *self, PyObject *ignored)
{
    if (units == NULL)
        units = PyDict_New();
    return Py_XNewRef(units);
}

static PyMethodDef methods[] = {{"get_units", get_units, METH_NOARGS, NULL}, {NULL}};
static PyModuleDef_Slot slots[] = {
#ifdef Py_mod_gil
    {Py_mod_gil, Py_MOD_GIL_NOT_USED},
#endif
    {0, NULL}};
static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "demo", NULL, 0, methods, slots, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit_demo(void) { return PyModuleDef_Init(&module); }
)c"}};

static constexpr Example Good[] = {{"made while the module is created", R"c(#include <Python.h>

typedef struct {
    PyObject *units;
} demo_state;

static PyObject *get_units(PyObject *module, PyObject *ignored)
{
    demo_state *state = (demo_state *)PyModule_GetState(module);
    return Py_XNewRef(state->units);
}

static int demo_exec(PyObject *module)
{
    demo_state *state = (demo_state *)PyModule_GetState(module);
    state->units = PyDict_New();
    return state->units == NULL ? -1 : 0;
}

static int demo_traverse(PyObject *module, visitproc visit, void *arg)
{
    demo_state *state = (demo_state *)PyModule_GetState(module);
    Py_VISIT(state->units);
    return 0;
}

static int demo_clear(PyObject *module)
{
    demo_state *state = (demo_state *)PyModule_GetState(module);
    Py_CLEAR(state->units);
    return 0;
}

static PyMethodDef methods[] = {{"get_units", get_units, METH_NOARGS, NULL}, {NULL}};
static PyModuleDef_Slot slots[] = {
    {Py_mod_exec, demo_exec},
#ifdef Py_mod_gil
    {Py_mod_gil, Py_MOD_GIL_NOT_USED},
#endif
    {0, NULL}};
static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "demo", NULL, sizeof(demo_state), methods, slots,
                                    demo_traverse, demo_clear, NULL};

PyMODINIT_FUNC PyInit_demo(void) { return PyModuleDef_Init(&module); }
)c"}};

static void run(const rules::Input &In, std::vector<Finding> &Out);

GILRAY_CHECK(
    LazyInitRace,
    {
        .Name = "lazy-init-race",
        .Group = "freethreading",
        .Summary = "static storage is initialised on first use without a lock",
        .Default = Severity::Warning,
        .State = Maturity::Preview,
        .Since = "0.1.0",
        .ReviewBy = "0.2.0",
        .What = "A static variable that is tested, found unset and set, with neither a lock around both nor a once "
                "function; also double-checked locking whose first test is not atomic.",
        .Why = "Without a GIL two threads find it unset at the same time. Both make the value, one of the two is lost, "
               "and who got the first one may see it freed. A first test that is not atomic may see the pointer before "
               "what it points to (PEP 703).",
        .Remedy = "Make it when the module is created and keep it in the module state; or test and set it under one "
                  "PyMutex (3.13), with call_once, or with atomic operations.",
        .Limits = "Speaks of modules that declare Py_MOD_GIL_NOT_USED, and of code compiled for a free-threaded "
                  "Python. Silent on C++ static locals with an initialiser, once functions, atomic and thread_local "
                  "variables, and where test and set are under one lock.",
        .Bad = Bad,
        .Good = Good,
        .Run = run,
    });

static void run(const rules::Input &In, std::vector<Finding> &Out) {
  eachRace(In, [&](const evidence::Fact &Fact, const link::ExtensionModule &M) {
    const Race &R = *Fact.Threads;
    if (R.What != Race::CheckThenSet && R.What != Race::DoubleChecked)
      return;
    const bool Twice = R.What == Race::DoubleChecked;
    Finding F = raceFinding(LazyInitRaceCheck, R, M,
                            Twice ? "double-checked locking of " + R.Name + ": the first test is not atomic"
                                  : R.Name + " is set on first use, and two threads can find it unset at once");
    why(F, Twice ? "a thread that does not take the lock may see the pointer before what it points to"
                 : "both make the value, and one of the two is lost or used after it is freed");
    remedyInGuide(F,
                  Twice ? "read and write it with atomic operations (acquire, release), or use a once function"
                        : "set it when the module is created, or test and set it under one PyMutex (3.13) or once "
                          "function",
                  "Values made on first use");
    Out.push_back(std::move(F));
  });
}

} // namespace gilray
