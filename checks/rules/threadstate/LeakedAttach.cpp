#include "rules/Report.h"

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

static void run(const rules::Input &In, std::vector<Finding> &Out) {
  const flow::Results &Results = In.flow();
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
    case Observed::ReleaseUnmatched: {
      Finding F = makeFinding(Results, LeakedAttachCheck, R,
                              "PyGILState_Release is called without a matching PyGILState_Ensure");
      remedy(F, "release once per Ensure, with the value that Ensure returned");
      Out.push_back(std::move(F));
      break;
    }
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
