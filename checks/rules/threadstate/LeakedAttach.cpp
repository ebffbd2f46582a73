#include "ir/Values.h"
#include "rules/Report.h"
#include <set>

namespace gilray {

using namespace rules;
using flow::Observed;

static constexpr Example Bad[] = {{"the error path forgets the release", R"c(#include <Python.h>

int notify(PyObject *callback)
{
    PyGILState_STATE state = PyGILState_Ensure();
    PyObject *result = PyObject_CallNoArgs(callback);
    if (result == NULL)
        return -1;
    Py_DECREF(result);
    PyGILState_Release(state);
    return 0;
}
)c"}};

static constexpr Example Good[] = {{"every path releases", R"c(#include <Python.h>

int notify(PyObject *callback)
{
    PyGILState_STATE state = PyGILState_Ensure();
    PyObject *result = PyObject_CallNoArgs(callback);
    int failed = result == NULL;
    Py_XDECREF(result);
    PyGILState_Release(state);
    return failed ? -1 : 0;
}
)c"}};

static void run(const rules::Input &In, std::vector<Finding> &Out);

GILRAY_CHECK(
    LeakedAttach,
    {
        .Name = "leaked-attach",
        .Group = "threadstate",
        .Summary = "an Ensure is not matched by its Release on every path",
        .Default = Severity::Error,
        .State = Maturity::Stable,
        .Since = "0.1.0",
        .What = "A path on which PyGILState_Ensure, PyThreadState_Ensure or an acquire wrapper is not followed by its "
                "release before the function is left; a new thread that ends attached; a release without an Ensure; "
                "releases in the wrong order.",
        .Why = "The thread keeps the GIL, or keeps a thread state that is never freed: other threads wait for ever, or "
               "the "
               "next release returns to a state that is gone.",
        .Remedy = "Release on every path, error paths included, in the reverse order of the Ensure calls.",
        .Limits = "A function that leaves with an Ensure on all its paths and lets the cookie out is taken for an "
                  "acquire wrapper, and its callers are judged instead. A second Ensure of a thread that used the API "
                  "just before keeps no lock and is not reported.",
        .Bad = Bad,
        .Good = Good,
        .Run = run,
    });

static Finding unmatched(Finding F) {
  remedy(F, "release once per Ensure, with the value that Ensure returned");
  return F;
}

static constexpr const char *Unmatched = "PyGILState_Release is called without a matching PyGILState_Ensure";

/// Is this a local variable into which the function only ever puts constants, if anything?
///     PyGILState_STATE gil = PyGILState_UNLOCKED; .. PyGILState_Release(gil);
static bool holdsNoState(const ir::Function &F, ir::ValueId Var) {
  Var = withoutCasts(F, Var);
  if (F.Values[Var].Kind != ir::ValueKind::Var || F.Values[Var].Ref < F.NumParams || !F.Captures.empty())
    return false;
  for (const ir::Value &V : F.Values)
    if (V.Kind == ir::ValueKind::AddrOf && V.A == Var)
      return false;
  for (const ir::Block &B : F.Blocks)
    for (const ir::Event &E : B.Events) {
      ir::ValueKind Src = F.Values[withoutCasts(F, E.Src)].Kind;
      if (E.Result == Var ||
          (E.Kind == ir::EventKind::Assign && E.Dst == Var &&
           (E.Compound || (Src != ir::ValueKind::Int && Src != ir::ValueKind::Null && Src != ir::ValueKind::Undef))))
        return false;
    }
  return true;
}

/// Wrong whatever its callers do, and in whatever state they are.
static void releasesOfNothing(const flow::Results &Results, std::vector<Finding> &Out) {
  const flow::FunctionInfos &Infos = Results.engine().infos();
  if (Infos.dropsCookie())
    return;
  std::set<link::EventRef> Told;
  for (const flow::Report &R : Results.reports())
    if (R.What.Kind == Observed::ReleaseUnmatched)
      Told.insert(R.At);
  for (link::FnId Id = 0; Id < Results.program().functions().size(); ++Id) {
    const ir::Function &F = Results.program().fn(Id);
    if (F.Body != ir::BodyState::Complete || !Infos[Id].Releases)
      continue;
    for (ir::BlockId B = 0; B < F.Blocks.size(); ++B)
      for (uint32_t I = 0; I < F.Blocks[B].Events.size(); ++I) {
        const api::Entry *A = Infos[Id].Targets[B][I].Api;
        const ir::Event &E = F.Blocks[B].Events[I];
        link::EventRef At{Id, B, I};
        if (A && A->Does == api::Effect::Release && A->Arg >= 0 && unsigned(A->Arg) < E.Args.size() &&
            holdsNoState(F, E.Args[A->Arg]) && Told.insert(At).second)
          Out.push_back(unmatched(makeFinding(Results, LeakedAttachCheck, At, Unmatched)));
      }
  }
}

static void run(const rules::Input &In, std::vector<Finding> &Out) {
  const flow::Results &Results = In.flow();
  releasesOfNothing(Results, Out);
  for (const flow::Report &R : Results.reports()) {
    std::string Name = "'" + Results.functionName(R.At.Fn) + "'";
    switch (R.What.Kind) {
    case Observed::ExitWithEnsure: {
      if (R.What.StateFact == flow::FactKind::Saved) {
        Finding F = makeFinding(Results, LeakedAttachCheck, R,
                                Name + " ends its thread while it is still attached (GIL never given up)");
        remedy(F, "detach before the thread ends (PyEval_ReleaseThread, or PyThreadState_Clear and "
                  "PyThreadState_DeleteCurrent)");
        Out.push_back(std::move(F));
        break;
      }
      if (R.What.StateFact == flow::FactKind::Restored) {
        Finding F = makeFinding(Results, LeakedAttachCheck, R,
                                Name + " is entered detached, and returns here while it is still attached (GIL held)");
        why(F, "other paths give the thread state up before they return, so the caller does not: other threads wait "
               "for the GIL");
        remedy(F, "detach on this path too");
        Out.push_back(std::move(F));
        break;
      }
      Finding F = makeFinding(Results, LeakedAttachCheck, R,
                              Name + (R.What.Exceptional ? " is left by an exception" : " returns") +
                                  " without releasing the state it attached with PyGILState_Ensure");
      why(F, "the thread keeps the GIL, and other threads wait for it");
      remedy(F, "call PyGILState_Release on this path too");
      Out.push_back(std::move(F));
      break;
    }
    case Observed::ReleaseUnmatched:
      Out.push_back(unmatched(makeFinding(Results, LeakedAttachCheck, R, Unmatched)));
      break;
    case Observed::ReleaseOutOfOrder: {
      Finding F = makeFinding(Results, LeakedAttachCheck, R,
                              "PyGILState_Release gives back an earlier PyGILState_Ensure than the last one");
      if (R.What.StateAt.valid())
        related(F, Results, R.What.StateAt, "this later Ensure is not released yet");
      remedy(F, "release in the reverse order of the Ensure calls");
      Out.push_back(std::move(F));
      break;
    }
    default:
      break;
    }
  }
}

} // namespace gilray
