#include "flow/LockSets.h"
#include "link/Modules.h"
#include "rules/Report.h"
#include "llvm/ADT/BitVector.h"
#include "llvm/ADT/STLExtras.h"
#include <map>
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
        .What = "PyGILState_Ensure in code of a module that declares support for sub-interpreters, by slot or by the "
                "tag of a "
                "binding macro. In other modules, the call in a function that Python calls attached.",
        .Why = "PyGILState_Ensure attaches a foreign thread to the main interpreter, whichever interpreter the object "
               "belongs to (PEP 684); up to 3.11 it deadlocks on a thread that is attached to another one.",
        .Remedy =
            "Keep the interpreter in the module state and attach with PyThreadState_New and PyEval_RestoreThread; from "
            "3.15 use PyThreadState_Ensure with an interpreter guard (PEP 788).",
        .Limits = "Slots that are filled in by code that is not followed are unknown. Code that no module's tables or "
                  "calls reach belongs to the only module of the program, or to none. Constructors, destructors and "
                  "assignments may run on any thread that holds the object: without a declaration they are not judged.",
        .Bad = Bad,
        .Good = Good,
        .Run = run,
    });

/// The declaration of a module that the function belongs to and that admits several interpreters; null if there is
/// none.
static const link::Declaration *declaredSupport(const link::Modules &Modules, link::FnId F) {
  for (unsigned I : Modules.of(F)) {
    const link::Declaration &D = Modules.all()[I].Interpreters;
    if (D.says(1) || D.says(2))
      return &D;
  }
  return nullptr;
}

/// Values are copied and destroyed by whichever thread holds them last, also where no call is seen:
///
///     std::thread([target] {}).detach(); // copied attached, destroyed by the thread
static bool runsWhereTheValueIs(const ir::Function &F) {
  return F.Kind == ir::FunctionKind::Constructor || F.Kind == ir::FunctionKind::Destructor ||
         F.Name.ends_with("::operator=");
}

/// Is the function only reached from what the interpreter calls, while objects are in use, in modules that may be
/// loaded into several interpreters?
static bool isCalledByPython(const rules::Input &In, link::FnId F) {
  if (runsWhereTheValueIs(In.flow().program().fn(F)))
    return false;
  for (unsigned I : In.modules().of(F))
    if (const link::ExtensionModule &M = In.modules().all()[I]; M.Interpreters.says(0) || M.OneInterpreter)
      return false;
  llvm::BitVector From = In.locks().rootsOf(F);
  return From.any() && llvm::all_of(From.set_bits(), [&](unsigned I) {
           const link::Root &R = In.locks().roots()[I];
           return (R.Kind == link::RootKind::Interpreter || R.Kind == link::RootKind::Bound) && R.Role != "dealloc";
         });
}

/// PyGILState_Ensure in a method: nothing is gained, and something lost where the interpreter is not the main one.
static void alreadyAttached(const rules::Input &In, link::EventRef At, llvm::StringRef Api, std::vector<Finding> &Out) {
  Finding F =
      makeFinding(In.flow(), GilstateInSubinterpreterCheck, At,
                  "'" + Api.str() +
                      "' is called by a thread that is attached already: in a sub-interpreter it takes the wrong one");
  F.State = ThreadState::Attached;
  why(F, "in the main interpreter it gains nothing; in another one it attaches to the main one, and up to 3.11 it "
         "deadlocks");
  remedy(F, "leave it out, and its PyGILState_Release");
  Out.push_back(std::move(F));
}

static void run(const rules::Input &In, std::vector<Finding> &Out) {
  const flow::Results &Results = In.flow();
  std::set<link::EventRef> Done;
  std::map<link::EventRef, std::pair<bool, llvm::StringRef>> Undeclared; ///< attached on all ways there; the API
  for (const flow::Observation *O : Results.observations(flow::Observed::GilState)) {
    const link::Declaration *Said = declaredSupport(In.modules(), O->At.Fn);
    if (!Said) {
      auto &[Always, Api] = Undeclared.try_emplace(O->At, true, O->Subject).first->second;
      Always &= O->Now == flow::Thread::Attached;
    }
    if (!Said || !Done.insert(O->At).second)
      continue;
    Finding F = makeFinding(Results, GilstateInSubinterpreterCheck, O->At,
                            "'" + O->Subject +
                                "' attaches to the main interpreter, but the module declares support for several");
    F.Notes.push_back({NoteKind::Related, "declared here", Results.place(*Said->Unit, Said->Where)});
    remedy(F, "attach to the interpreter saved at module creation (PyThreadState_New; from 3.15 PyThreadState_Ensure)");
    Out.push_back(std::move(F));
  }
  for (const auto &[At, Use] : Undeclared)
    if (Use.first && isCalledByPython(In, At.Fn))
      alreadyAttached(In, At, Use.second, Out);
}

} // namespace gilray
