#include "rules/FactReport.h"
#include "rules/Report.h"

namespace gilray {

using namespace rules;

static constexpr Example Bad[] = {{"an exception and a cache", R"c(#include <Python.h>

static PyObject *Error; /* set anew by every interpreter that imports the module */

static PyObject *check(PyObject *self, PyObject *arg)
{
    if (PyObject_IsTrue(arg) == 1)
        Py_RETURN_NONE;
    PyErr_SetString(Error, "not true");
    return NULL;
}

static PyMethodDef methods[] = {{"check", check, METH_O, NULL}, {NULL}};

static int demo_exec(PyObject *module)
{
    Error = PyErr_NewException("demo.Error", NULL, NULL);
    return PyModule_AddObjectRef(module, "Error", Error);
}

static PyModuleDef_Slot slots[] = {{Py_mod_exec, demo_exec}, {0, NULL}};
static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "demo", NULL, 0, methods, slots, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit_demo(void) { return PyModuleDef_Init(&module); }
)c"}};

static constexpr Example Good[] = {{"in the module state", R"c(#include <Python.h>

typedef struct {
    PyObject *Error;
} demo_state;

static PyObject *check(PyObject *module, PyObject *arg)
{
    demo_state *state = (demo_state *)PyModule_GetState(module);
    if (PyObject_IsTrue(arg) == 1)
        Py_RETURN_NONE;
    PyErr_SetString(state->Error, "not true");
    return NULL;
}

static PyMethodDef methods[] = {{"check", check, METH_O, NULL}, {NULL}};

static int demo_exec(PyObject *module)
{
    demo_state *state = (demo_state *)PyModule_GetState(module);
    state->Error = PyErr_NewException("demo.Error", NULL, NULL);
    return PyModule_AddObjectRef(module, "Error", state->Error);
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

static PyModuleDef_Slot slots[] = {{Py_mod_exec, demo_exec}, {0, NULL}};
static struct PyModuleDef module = {
    PyModuleDef_HEAD_INIT, "demo", NULL, sizeof(demo_state), methods, slots, demo_traverse, demo_clear, NULL};

PyMODINIT_FUNC PyInit_demo(void) { return PyModuleDef_Init(&module); }
)c"}};

static void run(const rules::Input &In, std::vector<Finding> &Out);

GILRAY_CHECK(
    StaticObject,
    {
        .Name = "static-object",
        .Group = "state",
        .Summary = "a Python object is kept in static storage",
        .Default = Severity::Warning,
        .State = Maturity::Preview,
        .Since = "0.1.0",
        .ReviewBy = "0.2.0",
        .What =
            "A variable with static storage, anywhere, that refers to Python objects: PyObject *, pointers to the "
            "project's own object structs, C++ holders, containers and structs of them, and pointers to such structs.",
        .Why = "Objects belong to the interpreter that made them. The next interpreter overwrites the variable, so the "
               "first one raises the other's exception class; the object is freed when its interpreter ends; and with "
               "a GIL per interpreter both change its reference count at once (PEP 684). What is set on first use "
               "instead of at import is a race without the GIL, too.",
        .Remedy = "Keep it in the module state, set by the Py_mod_exec function; reach it with PyModule_GetState or "
                  "PyType_GetModuleByDef.",
        .Limits =
            "None, True, built-in types and exceptions are the same for all interpreters and may be kept. A "
            "variable that nothing is seen to be stored in is not reported. One finding per module, unless it "
            "declares support for interpreters or for running without a GIL; none in a module of Cython's without "
            "CYTHON_USE_MODULE_STATE, which refuses a second interpreter.",
        .Bad = Bad,
        .Good = Good,
        .Run = run,
    });

static void run(const rules::Input &In, std::vector<Finding> &Out) {
  reportFacts(
      In, StaticObjectCheck, evidence::Kind::StaticObject,
      "an object belongs to one interpreter: the others must neither use it nor outlive it",
      [](const FactGroup &G) {
        return "static variables " + G.subjects() + " keep Python objects, shared by all interpreters of the process";
      },
      Out);
}

} // namespace gilray
