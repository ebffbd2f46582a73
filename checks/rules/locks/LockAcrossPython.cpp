#include "rules/locks/LockReport.h"
#include "llvm/ADT/STLExtras.h"
#include <map>
#include <set>

namespace gilray {

using namespace rules;
using api::Degree;
using link::EventRef;

static constexpr Example Bad[] = {{"the callback comes back to the same lock", R"c(#include <Python.h>

typedef struct {
    PyObject_HEAD
    PyMutex lock;
    PyObject *listener;
    int level;
} Gauge;

static PyObject *set_level(PyObject *op, PyObject *value)
{
    Gauge *self = (Gauge *)op;
    PyMutex_Lock(&self->lock);
    self->level++;
    PyObject *result = PyObject_CallOneArg(self->listener, value);
    PyMutex_Unlock(&self->lock);
    return result;
}

static PyMethodDef methods[] = {{"set_level", set_level, METH_O, NULL}, {NULL, NULL, 0, NULL}};
)c"}};

static constexpr Example Good[] = {{"called after the lock is released", R"c(#include <Python.h>

typedef struct {
    PyObject_HEAD
    PyMutex lock;
    PyObject *listener;
    int level;
} Gauge;

static PyObject *set_level(PyObject *op, PyObject *value)
{
    Gauge *self = (Gauge *)op;
    PyMutex_Lock(&self->lock);
    self->level++;
    PyObject *listener = Py_NewRef(self->listener);
    PyMutex_Unlock(&self->lock);
    PyObject *result = PyObject_CallOneArg(listener, value);
    Py_DECREF(listener);
    return result;
}

static PyMethodDef methods[] = {{"set_level", set_level, METH_O, NULL}, {NULL, NULL, 0, NULL}};
)c"}};

static void run(const rules::Input &In, std::vector<Finding> &Out);

GILRAY_CHECK(LockAcrossPython,
             {
                 .Name = "lock-across-python",
                 .Group = "locks",
                 .Summary = "a lock is held while arbitrary Python code runs, which can come back and take it again",
                 .Default = Severity::Warning,
                 .State = Maturity::Stable,
                 .Since = "0.1.0",
                 .What = "A lock of the extension that does not let its holder take it again is held across a call "
                         "that runs Python code, or drops a reference to what is kept in a field or global, whose "
                         "destructor may be Python code; and Python code can get to a place that waits for the lock.",
                 .Why = "The code that runs can call the extension again: the same thread waits for the lock that it "
                        "holds itself, for ever.",
                 .Remedy = "Take what is needed out of the guarded state (with a reference of your own), release the "
                           "lock, and call then. A critical section may stay: it is given up when it would block.",
                 .Limits = "Calls that run Python code only through a type's slots, such as attribute look-ups, are "
                           "not counted. Where the same call also makes two threads wait for each other, only "
                           "lock-order-inversion is told.",
                 .Bad = Bad,
                 .Good = Good,
                 .Run = run,
             });

static void run(const rules::Input &In, std::vector<Finding> &Out) {
  const LockSets &Locks = In.locks();
  const flow::Results &Results = In.flow();
  std::map<NameId, EventRef> TakenFromPython; // a place where Python code can make a thread wait for the lock
  std::set<NameId> WaitedAttached;
  for (const LockEventFact &F : Locks.facts())
    if (NameId Class = Locks.classOf(F.Lock.Lock); F.Kind == LockFactKind::TakenHere && Class) {
      if (reachedFromPython(Locks, F.At.Fn))
        TakenFromPython.try_emplace(Class, F.At);
      if (waitsAttached(F.Lock.Kind) && mayBeAttached(Locks, F) && !Locks.isFreshHere(F))
        WaitedAttached.insert(Class);
    }
  std::map<std::pair<NameId, EventRef>, size_t> Told; // by lock and what runs the code: one finding for all ways to it
  for (const LockEventFact &F : Locks.facts()) {
    NameId Class = Locks.classOf(F.Lock.Lock);
    auto Again = TakenFromPython.find(Class);
    if (F.Kind != LockFactKind::PythonWhileHolding || Again == TakenFromPython.end() || F.Lock.Recursive ||
        F.Lock.Shared || F.Lock.Kind == flow::LockKind::StaticInit || F.Lock.Kind == flow::LockKind::Once ||
        !mayBeAttached(Locks, F) || Locks.isFreshHere(F))
      continue;
    EventRef Cause = Locks.cause(F);
    bool Destructor = F.Sure < Degree::Certain;
    if (makesOwnObject(In, Cause) ||
        (Destructor && !(dropsSharedReference(In, Cause) && holdsForeignObject(In, Cause))))
      continue;
    // Then lock-order-inversion tells of it.
    if (WaitedAttached.count(Class) && waitsAttached(F.Lock.Kind))
      continue;
    auto [It, New] = Told.try_emplace({Class, Cause}, Out.size());
    if (!New) {
      if (F.At != Cause)
        related(Out[It->second], Results, F.At, "it is called under the lock here too");
      continue;
    }
    std::string Name = quoted(Locks, F.Lock.Lock, F.At.Fn);
    Finding X =
        makeFinding(Results, LockAcrossPythonCheck, F.At,
                    calledAt(Results, F.At) + (Destructor ? " may run a destructor" : " runs Python code") + " while " +
                        Name + " is held: if that takes the lock again, the thread waits for itself");
    pathOf(X, In, F);
    if (Cause != F.At)
      path(X, Results, Cause, calledAt(Results, Cause) + " runs Python code here");
    if (Again->second != F.Lock.At)
      related(X, Results, Again->second, "the lock is taken here, which Python code can get to");
    remedy(X, Destructor ? "take the object out of the guarded state, release the lock, and drop the reference then"
                         : "hold references of your own, release the lock, and call then");
    Out.push_back(std::move(X));
  }
}

} // namespace gilray
