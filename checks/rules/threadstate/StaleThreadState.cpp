#include "rules/Report.h"

namespace gilray {

using namespace rules;
using flow::FactKind;

static constexpr Example Bad[] = {{"restored although nothing was saved on this path", R"c(#include <Python.h>

extern void crunch(int n);

PyObject *work(PyObject *self, PyObject *args)
{
    PyThreadState *save = NULL;
    PyThreadState *other = PyEval_SaveThread();
    crunch(1);
    PyEval_RestoreThread(save);
    (void)other;
    Py_RETURN_NONE;
}
)c"}};

static constexpr Example Good[] = {{"saved and restored under the same condition", R"c(#include <Python.h>

extern void crunch(int n);

PyObject *work(PyObject *self, PyObject *args)
{
    PyThreadState *save = NULL;
    int big = PyTuple_Size(args) > 100;
    if (big)
        save = PyEval_SaveThread();
    crunch(1);
    if (save)
        PyEval_RestoreThread(save);
    Py_RETURN_NONE;
}
)c"}};

static void run(const rules::Input &In, std::vector<Finding> &Out);

GILRAY_CHECK(
    StaleThreadState,
    {
        .Name = "stale-thread-state",
        .Group = "threadstate",
        .Summary = "a saved thread state is restored that is null, was never saved, was restored before, or is gone",
        .Default = Severity::Error,
        .State = Maturity::Stable,
        .Since = "0.1.0",
        .What = "PyEval_RestoreThread, PyEval_AcquireThread or a wrapper is given a thread state that is null or "
                "unset on this path, was restored before, was destroyed with PyThreadState_Delete or "
                "Py_EndInterpreter, or was saved by another thread: a new thread restores a field that only "
                "PyEval_SaveThread fills.",
        .Why = "Restoring a null state is a fatal error; restoring a used or destroyed one attaches two threads to one "
               "state or reads freed memory.",
        .Remedy = "Restore exactly what PyEval_SaveThread returned on the same path, once.",
        .Limits = "A thread state that reaches another thread in any other way than a field of a structure is not "
                  "followed.",
        .Bad = Bad,
        .Good = Good,
        .Run = run,
    });

static const char *describe(FactKind K) {
  switch (K) {
  case FactKind::Null:
    return "is null here";
  case FactKind::Undef:
    return "was never saved on this path";
  case FactKind::Restored:
    return "was restored before";
  case FactKind::Saved:
    return "was saved by another thread, and belongs to it";
  default:
    return "was destroyed before";
  }
}

static void run(const rules::Input &In, std::vector<Finding> &Out) {
  const flow::Results &Results = In.flow();
  for (const flow::Report &R : Results.reports()) {
    if (R.What.Kind != flow::Observed::BadThreadState)
      continue;
    std::string What = R.What.Subject.empty() ? "the thread state to restore" : "thread state '" + R.What.Subject + "'";
    Finding F = makeFinding(Results, StaleThreadStateCheck, R, What + " " + describe(R.What.StateFact));
    if (R.What.StateAt.valid() && R.What.StateFact != FactKind::Saved && R.What.StateFact != FactKind::Null &&
        R.What.StateFact != FactKind::Undef)
      related(F, Results, R.What.StateAt, R.What.StateFact == FactKind::Restored ? "restored here" : "destroyed here");
    remedy(F, R.What.StateFact == FactKind::Saved
                  ? "attach with PyGILState_Ensure: each thread has a thread state of its own"
                  : "restore what PyEval_SaveThread returned on this path, exactly once");
    Out.push_back(std::move(F));
  }
}

} // namespace gilray
