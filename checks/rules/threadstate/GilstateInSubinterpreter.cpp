#include "rules/Report.h"
#include <set>

namespace gilray {

using namespace rules;

static constexpr Example Bad[] = {{"a module for several interpreters attaches to the main one", R"c(#include <Python.h>

#if PY_VERSION_HEX >= 0x030C0000
static void on_event(PyObject *callback)
{
    PyGILState_STATE state = PyGILState_Ensure();
    Py_XDECREF(PyObject_CallNoArgs(callback));
    PyGILState_Release(state);
}

PyObject *fire(PyObject *self, PyObject *callback)
{
    on_event(callback);
    Py_RETURN_NONE;
}

static PyModuleDef_Slot slots[] = {
    {Py_mod_multiple_interpreters, Py_MOD_PER_INTERPRETER_GIL_SUPPORTED},
    {0, NULL},
};
static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "demo", NULL, 0, NULL, slots, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit_demo(void) { return PyModuleDef_Init(&module); }
#endif
)c"}};

static constexpr Example Good[] = {{"a module for the main interpreter only", R"c(#include <Python.h>

void on_event(PyObject *callback)
{
    PyGILState_STATE state = PyGILState_Ensure();
    Py_XDECREF(PyObject_CallObject(callback, NULL));
    PyGILState_Release(state);
}
)c"}};

static void run(const rules::Input &In, std::vector<Finding> &Out);

GILRAY_CHECK(
    GilstateInSubinterpreter,
    {
        .Name = "gilstate-in-subinterpreter",
        .Group = "threadstate",
        .Summary = "PyGILState is used in a module that declares support for several interpreters",
        .Default = Severity::Warning,
        .State = Maturity::Preview,
        .Since = "0.1.0",
        .ReviewBy = "0.2.0",
        .What =
            "PyGILState_Ensure in a program whose module definition has Py_mod_multiple_interpreters with support for "
            "sub-interpreters.",
        .Why = "PyGILState_Ensure attaches a foreign thread to the main interpreter, whichever interpreter the object "
               "belongs to (PEP 684); up to 3.11 it deadlocks on a thread that is attached to another one.",
        .Remedy =
            "Keep the interpreter in the module state and attach with PyThreadState_New and PyEval_RestoreThread; from "
            "3.15 use PyThreadState_Ensure with an interpreter guard (PEP 788).",
        .Limits = "The declaration is read from static slot arrays; other forms of declaration are not yet followed.",
        .Bad = Bad,
        .Good = Good,
        .Run = run,
    });

/// Py_MOD_MULTIPLE_INTERPRETERS_NOT_SUPPORTED is a null pointer.
static bool isRefusal(const ir::Init &Value) {
  return Value.Kind == ir::InitKind::Null || (Value.Kind == ir::InitKind::Int && Value.Int == 0);
}

/// Since 3.15 the slot's name is a macro that chooses between an old and a new number.
static bool namesSlot(const ir::Init &Id) {
  constexpr int64_t Since315 = 86;
  return Id.Spelling == "Py_mod_multiple_interpreters" || (Id.Field == "slot" && Id.Int == Since315);
}

static const ir::Init *declaration(const ir::Init &I) {
  if (I.Elems.size() >= 2 && namesSlot(I.Elems[0]))
    return &I;
  for (const ir::Init &E : I.Elems)
    if (const ir::Init *Found = declaration(E))
      return Found;
  return nullptr;
}

static void run(const rules::Input &In, std::vector<Finding> &Out) {
  const flow::Results &Results = In.flow();
  const ir::Unit *Where = nullptr;
  const ir::Init *Declared = nullptr;
  for (const ir::Unit *U : Results.program().units())
    for (const ir::Global &G : U->Globals)
      if (const ir::Init *D = declaration(G.Value); D && !Declared && !isRefusal(D->Elems[1])) {
        Declared = D;
        Where = U;
      }
  if (!Declared)
    return;
  std::set<link::EventRef> Done;
  for (const flow::Observation *O : Results.observations(flow::Observed::GilState)) {
    if (!Done.insert(O->At).second)
      continue;
    Finding F = makeFinding(Results, GilstateInSubinterpreterCheck, O->At,
                            "'" + O->Subject +
                                "' attaches to the main interpreter, but the module declares support for several");
    F.Notes.push_back({NoteKind::Related, "declared here", Results.place(*Where, Declared->Where)});
    remedy(F, "attach to the interpreter saved at module creation (PyThreadState_New; from 3.15 PyThreadState_Ensure)");
    Out.push_back(std::move(F));
  }
}

} // namespace gilray
