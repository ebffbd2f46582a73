#include "rules/Report.h"

namespace gilray {

using namespace rules;
using link::RootKind;

static constexpr Example Bad[] = {{"a thread calls Python without attaching", R"c(#include <Python.h>
#include <pthread.h>

static PyObject *callback;

static void *worker(void *arg)
{
    PyObject *result = PyObject_CallNoArgs(callback);
    (void)result;
    return NULL;
}

PyObject *start(PyObject *self, PyObject *args)
{
    pthread_t thread;
    pthread_create(&thread, NULL, worker, NULL);
    Py_RETURN_NONE;
}
)c"}};

static constexpr Example Good[] = {{"the thread attaches first", R"c(#include <Python.h>
#include <pthread.h>

static PyObject *callback;

static void *worker(void *arg)
{
    PyGILState_STATE state = PyGILState_Ensure();
    PyObject *result = PyObject_CallNoArgs(callback);
    Py_XDECREF(result);
    PyGILState_Release(state);
    return NULL;
}

PyObject *start(PyObject *self, PyObject *args)
{
    pthread_t thread;
    pthread_create(&thread, NULL, worker, NULL);
    Py_RETURN_NONE;
}
)c"}};

static void run(const flow::Results &Results, std::vector<Finding> &Out);

GILRAY_CHECK(
    UnattachedCallback,
    {
        .Name = "unattached-callback",
        .Group = "threadstate",
        .Summary = "a function that foreign code or another thread runs uses Python API without attaching first",
        .Default = Severity::Error,
        .State = Maturity::Stable,
        .Since = "0.1.0",
        .What =
            "A thread start routine, thread-exit destructor, NumPy loop, OpenMP body inside a released region, or a "
            "callback of a foreign library uses Python API before it attaches. Library callbacks are reported when a "
            "call of the same library, with the same handle, is made detached somewhere in the program.",
        .Why =
            "Such code runs on a thread that has no attached thread state: every reference count and every allocation "
            "races with the threads that have one.",
        .Remedy = "Begin the function with PyGILState_Ensure and end every path with PyGILState_Release.",
        .Limits =
            "Whether a library calls back during a given call is not known; the message names the detached call that "
            "makes it possible. A library that is only ever called attached gives no finding.",
        .Bad = Bad,
        .Good = Good,
        .Run = run,
    });

static const char *situation(RootKind K) {
  switch (K) {
  case RootKind::Thread:
    return "on a new thread";
  case RootKind::ThreadExit:
    return "when a thread ends";
  case RootKind::PyAtExit:
    return "after the interpreter is gone";
  case RootKind::Fork:
    return "around fork";
  case RootKind::Hook:
    return "in a hook that CPython calls detached";
  case RootKind::Loop:
    return "in a loop that NumPy runs with the GIL released";
  default:
    return "in a callback that may run with the GIL released";
  }
}

static void run(const flow::Results &Results, std::vector<Finding> &Out) {
  for (const flow::Report &R : Results.reports()) {
    if (R.What.Kind != flow::Observed::ApiWithoutThreadState || (!isForeignEntry(R.Via) && !R.InParallel) ||
        R.What.Weight == api::Weight::Note)
      continue;
    std::string Use = R.What.Subject.find(' ') == std::string::npos ? "'" + R.What.Subject + "'" : R.What.Subject;
    std::string Callee = crossing(Results, R);
    if (!Callee.empty() && !R.InParallel)
      Use = "'" + Callee + "', which reaches " + Use + ",";
    bool Callback = R.Via && (R.Via->Kind == RootKind::Callback || R.Via->Kind == RootKind::Hook);
    Finding F = makeFinding(Results, UnattachedCallbackCheck, R,
                            Use + " is used " +
                                (R.Via ? situation(R.Via->Kind) : "in a parallel loop inside a released region") +
                                " without attaching a thread state first");
    F.Sev = Callback || R.What.Weight == api::Weight::Warning ? Severity::Warning : Severity::Error;
    entryNotes(F, Results, R);
    remedy(F, "attach with PyGILState_Ensure before the first use and release on every path");
    Out.push_back(std::move(F));
  }
}

} // namespace gilray
