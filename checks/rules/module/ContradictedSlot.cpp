// A declaration is a promise to the interpreter; the evidence says whether the code keeps it.
#include "rules/module/ModuleReport.h"

namespace gilray {

using namespace rules;

static constexpr Example Bad[] = {{"an own GIL is promised, a cache is shared", R"c(#include <Python.h>

static PyObject *cache;

static PyObject *remember(PyObject *self, PyObject *value)
{
    Py_XSETREF(cache, Py_NewRef(value));
    Py_RETURN_NONE;
}

static PyMethodDef methods[] = {{"remember", remember, METH_O, NULL}, {NULL, NULL, 0, NULL}};
static PyModuleDef_Slot slots[] = {
#if PY_VERSION_HEX >= 0x030C0000
    {Py_mod_multiple_interpreters, Py_MOD_PER_INTERPRETER_GIL_SUPPORTED},
#endif
#if PY_VERSION_HEX >= 0x030D0000
    {Py_mod_gil, Py_MOD_GIL_USED},
#endif
    {0, NULL},
};
static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "demo", NULL, 0, methods, slots, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit_demo(void) { return PyModuleDef_Init(&module); }
)c"}};

static constexpr Example Good[] = {{"what is promised is kept", R"c(#include <Python.h>

static PyObject *twice(PyObject *self, PyObject *value) { return PyNumber_Add(value, value); }

static PyMethodDef methods[] = {{"twice", twice, METH_O, NULL}, {NULL, NULL, 0, NULL}};
static PyModuleDef_Slot slots[] = {
#if PY_VERSION_HEX >= 0x030C0000
    {Py_mod_multiple_interpreters, Py_MOD_PER_INTERPRETER_GIL_SUPPORTED},
#endif
#if PY_VERSION_HEX >= 0x030D0000
    {Py_mod_gil, Py_MOD_GIL_NOT_USED},
#endif
    {0, NULL},
};
static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "demo", NULL, 0, methods, slots, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit_demo(void) { return PyModuleDef_Init(&module); }
)c"}};

static void run(const rules::Input &In, std::vector<Finding> &Out);

GILRAY_CHECK(
    ContradictedSlot,
    {
        .Name = "contradicted-slot",
        .Group = "module",
        .Summary = "a module declares what its own code speaks against",
        .Default = Severity::Error,
        .State = Maturity::Preview,
        .Since = "0.1.0",
        .ReviewBy = "0.2.0",
        .What =
            "A module that declares Py_MOD_PER_INTERPRETER_GIL_SUPPORTED, Py_MOD_MULTIPLE_INTERPRETERS_SUPPORTED or "
            "Py_MOD_GIL_NOT_USED (or the same in a binding library's terms) while the program holds static types, "
            "objects or state that this rules out.",
        .Why = "The interpreter believes the declaration: objects of one interpreter are then used under the GIL of "
               "another, or two threads write the same state at once. The crashes come later and elsewhere.",
        .Remedy = "Move the state into the module or guard it, or declare less until that is done.",
        .Limits = "Only what the analysed files show. Evidence in code that is not given, or that could not be judged, "
                  "is missing here; 'gilray readiness' lists what was not seen.",
        .Bad = Bad,
        .Good = Good,
        .Run = run,
    });

namespace {
struct Promise {
  const link::Declaration *Said;
  evidence::Goal Goal;
  const char *Words;
};
} // namespace

static void run(const rules::Input &In, std::vector<Finding> &Out) {
  const link::Modules &All = In.modules();
  for (unsigned I = 0; I < All.all().size(); ++I) {
    const link::ExtensionModule &M = All.all()[I];
    const Promise Promises[] = {
        {M.Interpreters.says(2) ? &M.Interpreters : nullptr, evidence::OwnGilInterpreters,
         "support for interpreters with their own GIL"},
        {M.Interpreters.says(1) ? &M.Interpreters : nullptr, evidence::SharedGilInterpreters,
         "support for several interpreters"},
        {M.Gil.says(1) ? &M.Gil : nullptr, evidence::FreeThreading, "that it does not need the GIL"},
    };
    for (const Promise &P : Promises) {
      if (!P.Said)
        continue;
      const Support S = supportFor(In, I, P.Goal);
      if (S.Blockers.empty())
        continue;
      Finding F = moduleFinding(In, ContradictedSlotCheck, M, *P.Said->Unit, P.Said->Where,
                                "module '" + M.Name + "' declares " + P.Words + ", but " + blockersText(S));
      blockerNotes(F, S);
      for (const evidence::Fact *B : S.Blockers)
        if (!B->Remedy.empty()) {
          remedy(F, B->Remedy);
          break;
        }
      Out.push_back(std::move(F));
    }
  }
}

} // namespace gilray
