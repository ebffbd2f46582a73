#include "rules/Report.h"

namespace gilray {

using namespace rules;
using flow::Observed;

static constexpr Example Bad[] = {{"a helper that releases is called from a released region", R"c(#include <Python.h>

extern void crunch(int n);

static void crunch_detached(int n)
{
    Py_BEGIN_ALLOW_THREADS
    crunch(n);
    Py_END_ALLOW_THREADS
}

PyObject *one(PyObject *self, PyObject *args)
{
    crunch_detached(1);
    Py_RETURN_NONE;
}

PyObject *two(PyObject *self, PyObject *args)
{
    Py_BEGIN_ALLOW_THREADS
    crunch_detached(2);
    Py_END_ALLOW_THREADS
    Py_RETURN_NONE;
}
)c"}};

static constexpr Example Good[] = {{"only the helper releases", R"c(#include <Python.h>

extern void crunch(int n);

static void crunch_detached(int n)
{
    Py_BEGIN_ALLOW_THREADS
    crunch(n);
    Py_END_ALLOW_THREADS
}

PyObject *two(PyObject *self, PyObject *args)
{
    crunch_detached(2);
    Py_RETURN_NONE;
}
)c"}};

static void run(const rules::Input &In, std::vector<Finding> &Out);

GILRAY_CHECK(
    DoubleDetach,
    {
        .Name = "double-detach",
        .Group = "threadstate",
        .Summary = "the GIL is released when it is not held, or taken when it is held already",
        .Default = Severity::Error,
        .State = Maturity::Stable,
        .Since = "0.1.0",
        .What =
            "Detaching while already detached, directly or because a called helper releases on its own; attaching with "
            "PyEval_RestoreThread or PyEval_AcquireThread while attached.",
        .Why = "Detaching twice is a fatal error up to 3.12 and a crash from 3.13 on; attaching twice makes the thread "
               "wait "
               "for the GIL that it holds itself (3.13 and later: fatal error).",
        .Remedy = "Let one level release: either the caller or the helper.",
        .Limits = "PyGILState_Ensure may be nested and is never reported here.",
        .Bad = Bad,
        .Good = Good,
        .Run = run,
    });

static void run(const rules::Input &In, std::vector<Finding> &Out) {
  const flow::Results &Results = In.flow();
  for (const flow::Report &R : Results.reports()) {
    bool Detach = R.What.Kind == Observed::DetachWhileDetached;
    if (!Detach && R.What.Kind != Observed::AttachWhileAttached)
      continue;
    std::string Callee = crossing(Results, R);
    std::string Message;
    if (!Callee.empty())
      Message = Detach
                    ? "'" + Callee + "' releases the GIL itself but is called with the GIL already released"
                    : "'" + Callee + "' attaches the thread state but is called while it is attached (self-deadlock)";
    else
      Message = Detach ? "the thread state is released (GIL) although it is released already"
                       : "the thread state is attached (GIL) although it is attached already (self-deadlock)";
    Finding F = makeFinding(Results, DoubleDetachCheck, R, std::move(Message));
    entryNotes(F, Results, R);
    if (!Detach && R.What.StateFact == flow::FactKind::Restored && R.What.StateAt.valid() &&
        R.What.StateAt != R.What.Origin)
      related(F, Results, R.What.StateAt, "this thread state was restored here before");
    remedy(F,
           Detach ? "remove the inner release, or attach before it" : "remove the second attach, or detach before it");
    Out.push_back(std::move(F));
  }
}

} // namespace gilray
