#include "rules/locks/LockReport.h"
#include "llvm/ADT/STLExtras.h"
#include <set>

namespace gilray {

using namespace rules;
using api::Degree;
using link::EventRef;

static constexpr Example Bad[] = {{"the first caller imports while others wait for it", R"c(#include <Python.h>
#include <pthread.h>

static pthread_once_t once = PTHREAD_ONCE_INIT;
static PyObject *decimal;

static void import_decimal(void)
{
    decimal = PyImport_ImportModule("decimal");
}

PyObject *to_decimal(PyObject *self, PyObject *text)
{
    pthread_once(&once, import_decimal);
    return decimal ? PyObject_CallMethod(decimal, "Decimal", "O", text) : NULL;
}
)c"}};

static constexpr Example Good[] = {{"detached while it waits for its turn", R"c(#include <Python.h>
#include <pthread.h>

static pthread_once_t once = PTHREAD_ONCE_INIT;
static PyObject *decimal;

static void import_decimal(void)
{
    PyGILState_STATE state = PyGILState_Ensure();
    decimal = PyImport_ImportModule("decimal");
    PyGILState_Release(state);
}

PyObject *to_decimal(PyObject *self, PyObject *text)
{
    Py_BEGIN_ALLOW_THREADS
    pthread_once(&once, import_decimal);
    Py_END_ALLOW_THREADS
    return decimal ? PyObject_CallMethod(decimal, "Decimal", "O", text) : NULL;
}
)c"}};

static void run(const rules::Input &In, std::vector<Finding> &Out);

GILRAY_CHECK(StaticInitDeadlock,
             {
                 .Name = "static-init-deadlock",
                 .Group = "locks",
                 .Summary = "the initialiser of a function-local static, or the body of a call_once, may detach",
                 .Default = Severity::Warning,
                 .State = Maturity::Stable,
                 .Since = "0.1.0",
                 .What = "The initialiser of a function-local static variable, or the function that std::call_once, "
                         "call_once or pthread_once runs, is entered attached and calls what may detach and attach "
                         "again: imports, calls of Python code, a released region.",
                 .Why = "While it is detached, another thread comes to the same initialisation, and waits attached for "
                        "it to end. The first thread waits to attach: neither goes on.",
                 .Remedy = "Initialise it when the module is executed (module state), or detach before the "
                           "initialisation and attach within it (py::gil_safe_call_once_and_store does that).",
                 .Limits = "Code that only runs while the module is imported is not reported. Attribute look-ups and "
                           "allocations, which detach only at times, do not count.",
                 .Bad = Bad,
                 .Good = Good,
                 .Run = run,
             });

static bool onlyAtImport(const LockSets &Locks, link::FnId F) {
  llvm::BitVector From = Locks.rootsOf(F);
  return From.any() && llvm::all_of(From.set_bits(), [&](unsigned I) {
           llvm::StringRef Role = Locks.roots()[I].Role;
           return Role == "module-exec" || Role == "module-init";
         });
}

static void run(const rules::Input &In, std::vector<Finding> &Out) {
  const LockSets &Locks = In.locks();
  const flow::Results &Results = In.flow();
  std::set<EventRef> Told; // by the initialisation: its first call is enough
  for (const LockEventFact &F : Locks.facts()) {
    if (F.Kind != LockFactKind::AttachWhileHolding || F.Sure < Degree::Certain ||
        (F.Lock.Kind != flow::LockKind::StaticInit && F.Lock.Kind != flow::LockKind::Once))
      continue;
    // Others wait for it as this one came to it.
    uint8_t Before = Locks.threads(Locks.at(F.Lock.At).Threads, F.Lock.At.Fn);
    if (!(Before & flow::ArrivesAttached) || onlyAtImport(Locks, F.At.Fn) || !Told.insert(F.Lock.At).second)
      continue;
    const bool Once = F.Lock.Kind == flow::LockKind::Once;
    std::string Name = quoted(Locks, F.Lock.Lock, F.At.Fn);
    EventRef Cause = Locks.cause(F);
    Finding X = makeFinding(Results, StaticInitDeadlockCheck, F.At,
                            Once ? "the function that runs once under " + Name + " calls " + calledAt(Results, Cause) +
                                       ", which may detach, while other threads wait attached for it to end: deadlock"
                                 : "the initialiser of static " + Name + " calls " + calledAt(Results, F.At) +
                                       ", which may detach, while other threads wait attached for it to end: deadlock");
    path(X, Results, Locks.wayInto(F.At.Fn, flow::ArrivesAttached));
    if (F.Lock.At != F.At)
      path(X, Results, F.Lock.At, "thread 1 begins to initialise " + Name + " here", ThreadState::Attached, 1);
    for (EventRef At = F.At; At != Cause && At.valid();) {
      path(X, Results, At, calledAt(Results, At) + " is called here");
      At = At == F.At && F.Other.valid() ? F.Other : Locks.below(F, At);
    }
    path(X, Results, Cause, "thread 1 may detach in " + calledAt(Results, Cause) + " here and waits to attach again",
         ThreadState::Detached, 1);
    path(X, Results, F.Lock.At, "meanwhile thread 2 is attached and waits here for thread 1", ThreadState::Attached, 2);
    remedy(X, "initialise it when the module is executed, or detach before it and attach in the initialiser");
    Out.push_back(std::move(X));
  }
}

} // namespace gilray
