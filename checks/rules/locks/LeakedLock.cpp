#include "rules/locks/LockReport.h"
#include "llvm/ADT/STLExtras.h"
#include <map>
#include <set>

namespace gilray {

using namespace rules;
using flow::HeldLock;
using flow::LockExit;
using flow::PathId;
using link::EventRef;
using link::FnId;

static constexpr Example Bad[] = {{"the error path forgets the lock", R"c(#include <Python.h>

typedef struct {
    PyObject_HEAD
    PyMutex lock;
    int open, level;
} Gauge;

static PyObject *level(PyObject *op, PyObject *unused)
{
    Gauge *self = (Gauge *)op;
    PyMutex_Lock(&self->lock);
    if (!self->open) {
        PyErr_SetString(PyExc_ValueError, "the gauge is closed");
        return NULL;
    }
    int n = self->level;
    PyMutex_Unlock(&self->lock);
    return PyLong_FromLong(n);
}

static PyMethodDef methods[] = {{"level", level, METH_NOARGS, NULL}, {NULL, NULL, 0, NULL}};
)c"}};

static constexpr Example Good[] = {{"every path releases it", R"c(#include <Python.h>

typedef struct {
    PyObject_HEAD
    PyMutex lock;
    int open, level;
} Gauge;

static PyObject *level(PyObject *op, PyObject *unused)
{
    Gauge *self = (Gauge *)op;
    PyMutex_Lock(&self->lock);
    int open = self->open, n = self->level;
    PyMutex_Unlock(&self->lock);
    if (!open) {
        PyErr_SetString(PyExc_ValueError, "the gauge is closed");
        return NULL;
    }
    return PyLong_FromLong(n);
}

static PyMethodDef methods[] = {{"level", level, METH_NOARGS, NULL}, {NULL, NULL, 0, NULL}};
)c"}};

static void run(const rules::Input &In, std::vector<Finding> &Out);

GILRAY_CHECK(
    LeakedLock,
    {
        .Name = "leaked-lock",
        .Group = "locks",
        .Summary = "a lock is still held when the function is left, or released without having been taken",
        .Default = Severity::Error,
        .State = Maturity::Stable,
        .Since = "0.1.0",
        .What = "A lock that is taken here is still held at a return, after a goto, at an exception or a macro "
                "that returns, and no caller releases it. Also a lock that is released on a path on which nobody "
                "has taken it.",
        .Why = "Whoever takes the lock next waits for ever. Releasing a lock that is not held lets a second "
               "thread into what it guards, or is undefined.",
        .Remedy = "Release the lock on every path, best in one place that all paths go through, or use a "
                  "guard object.",
        .Limits = "A function that takes a lock for its caller is a wrapper, and its callers are judged "
                  "instead. A lock that one entry of the module takes and another one releases is not "
                  "reported, unless it is an error path that keeps it.",
        .Bad = Bad,
        .Good = Good,
        .Run = run,
    });

namespace {

class Leaks {
public:
  Leaks(const rules::Input &In, std::vector<Finding> &Out);
  void leaks();
  void unmatched();

private:
  bool releasesForOthers(FnId F, NameId Class) const;
  void descendToUnlock(FnId F, NameId Class, const link::Root &R, std::set<FnId> &Seen);
  void reportUnlock(EventRef At, std::string Name, NameId Class);
  bool leaves(FnId F, NameId Class) const;
  /// Takes the function the lock for its callers: some caller releases it, or it does nothing else and has a
  /// counterpart?
  bool isWrapper(FnId F, NameId Class) const;
  void descend(FnId F, NameId Class, const LockExit &X, const HeldLock &H, const link::Root *Root,
               std::set<FnId> &Seen);
  void report(FnId F, NameId Class, const LockExit &X, const HeldLock &H, const link::Root *Root);
  bool isErrorExit(FnId F, const LockExit &X) const;
  const LockEventFact *leakOf(FnId F, NameId Class) const;

  const LockSets &Locks;
  const flow::Results &Results;
  std::vector<Finding> &Out;
  std::map<FnId, std::vector<FnId>> Callers;
  std::set<NameId> Counterparts; ///< locks that some function releases for its callers
  std::set<std::pair<FnId, NameId>> Told;
};

Leaks::Leaks(const rules::Input &In, std::vector<Finding> &Out) : Locks(In.locks()), Results(In.flow()), Out(Out) {
  for (FnId F = 0; F < Results.program().functions().size(); ++F)
    for (FnId G : Results.callees(F))
      Callers[G].push_back(F);
  for (FnId F = 0; F < Results.program().functions().size(); ++F)
    if (Callers.count(F))
      for (const LockExit &X : Locks.summary(F).Exits)
        for (PathId L : X.Dropped)
          Counterparts.insert(Locks.classOf(L));
}

static bool counts(const LockExit &X, const HeldLock &H) {
  return !X.Guessed && !X.Uncertain && !H.critical() && !H.Guard && H.Kind != flow::LockKind::StaticInit &&
         H.Kind != flow::LockKind::Once;
}

bool Leaks::leaves(FnId F, NameId Class) const {
  return llvm::any_of(Locks.summary(F).Exits, [&](const LockExit &X) {
    return llvm::any_of(X.Held, [&](const HeldLock &H) { return counts(X, H) && Locks.classOf(H.Lock) == Class; });
  });
}

bool Leaks::isWrapper(FnId F, NameId Class) const {
  auto It = Callers.find(F);
  if (It == Callers.end())
    return false;
  if (Counterparts.count(Class) && !leakOf(F, Class))
    return true;
  return llvm::any_of(It->second,
                      [&](FnId C) { return C != F && !Locks.summary(C).Exits.empty() && !leaves(C, Class); });
}

const LockEventFact *Leaks::leakOf(FnId F, NameId Class) const {
  for (const LockEventFact &X : Locks.facts())
    if (X.Kind == LockFactKind::Leak && X.At.Fn == F && Locks.classOf(X.Lock.Lock) == Class)
      return &X;
  return nullptr;
}

/// return NULL, return -1
bool Leaks::isErrorExit(FnId F, const LockExit &X) const {
  const link::Program &P = Results.program();
  const ir::Unit &U = P.unit(F);
  bool Pointer = U.Types[P.fn(F).Result].Kind == ir::TypeKind::Pointer;
  return X.Exceptional || (Pointer ? X.Ret == LockExit::Zero : X.Ret == LockExit::Const && X.Int < 0);
}

/// Down to the function to blame: the last one whose callers all are left with the lock.
void Leaks::descend(FnId F, NameId Class, const LockExit &X, const HeldLock &H, const link::Root *Root,
                    std::set<FnId> &Seen) {
  if (!Seen.insert(F).second)
    return;
  if (H.At.valid() && H.At.Fn == F && H.At.Index != EventRef::Terminator) {
    const link::Target &T = Results.engine().infos()[F].Targets[H.At.Block][H.At.Index];
    bool Further = false;
    for (FnId G : T.Api ? llvm::ArrayRef<FnId>() : llvm::ArrayRef<FnId>(T.Fns)) {
      if (isWrapper(G, Class))
        continue;
      for (const LockExit &Y : Locks.summary(G).Exits)
        for (const HeldLock &I : Y.Held)
          if (counts(Y, I) && I.Kind == H.Kind && !Further) {
            Further = true;
            descend(G, Locks.classOf(I.Lock), Y, I, Root, Seen);
          }
    }
    if (Further)
      return;
  }
  report(F, Class, X, H, Root);
}

void Leaks::report(FnId F, NameId Class, const LockExit &X, const HeldLock &H, const link::Root *Root) {
  const LockEventFact *Leak = leakOf(F, Class);
  const bool Handed = !Locks.givenBack(Class).empty();
  // Nobody knows who calls it: only one that also releases the lock on another path is no wrapper for sure.
  const bool Open = Root->Kind == link::RootKind::Assumed || Root->Kind == link::RootKind::Callback;
  if ((Open || Handed) && (!Leak || (Handed && !isErrorExit(F, X))))
    return;
  if (!Told.insert({F, Class}).second)
    return;
  std::set<EventRef> Places;
  const link::Program &P = Results.program();
  for (const LockExit &Y : Locks.summary(F).Exits)
    for (const HeldLock &I : Y.Held)
      if (counts(Y, I) && Locks.classOf(I.Lock) == Class && Y.At.valid())
        Places.insert(Y.At);
  for (ir::BlockId B = 0; B < P.fn(F).Blocks.size(); ++B)
    if (P.fn(F).Blocks[B].Term.Kind == ir::TermKind::Return)
      if (EventRef At{F, B, EventRef::Terminator}; llvm::any_of(
              Locks.at(At).Must, [&](const HeldLock &I) { return Locks.classOf(I.Lock) == Class && !I.Guard; }))
        Places.insert(At);
  if (Places.empty())
    Places.insert(X.At);
  std::string Name = quoted(Locks, H.Lock, F);
  EventRef First =
      *llvm::min_element(Places, [&](EventRef A, EventRef B) { return Results.place(A).Line < Results.place(B).Line; });
  Finding Found = makeFinding(Results, LeakedLockCheck, First,
                              Name + " is still held when '" + Results.functionName(F) + "' " +
                                  (X.Exceptional ? "is left by an exception here" : "returns here"));
  if (H.At.valid())
    path(Found, Results, H.At, Name + " is taken here");
  path(Found, Results, First, "and not released before the function is left here");
  for (EventRef At : Places)
    if (At != First)
      related(Found, Results, At, "it is still held here too");
  if (Leak && Leak->Other.valid() && !Places.count(Leak->Other))
    related(Found, Results, Leak->Other, "here it has been released");
  why(Found, "whoever takes the lock next waits for ever");
  remedy(Found, "release " + Name + " on this path too");
  Out.push_back(std::move(Found));
}

void Leaks::leaks() {
  for (const link::Root &R : Locks.roots())
    for (const LockExit &X : Locks.summary(R.Fn).Exits)
      for (const HeldLock &H : X.Held)
        if (NameId Class = Locks.classOf(H.Lock); Class && counts(X, H) && Locks.namesObject(H.Lock)) {
          std::set<FnId> Seen;
          descend(R.Fn, Class, X, H, &R, Seen);
        }
}

/// Is the function called with the lock held by others? Then it releases it for them.
bool Leaks::releasesForOthers(FnId F, NameId Class) const {
  return llvm::any_of(Locks.contexts(F), [&](const flow::LockContext *C) {
    return llvm::any_of(C->May, [&](const HeldLock &H) { return Locks.classOf(H.Lock) == Class; });
  });
}

/// Down to the unlock that no path reaches with the lock held, or to the call of the wrapper that does it.
void Leaks::descendToUnlock(FnId F, NameId Class, const link::Root &R, std::set<FnId> &Seen) {
  if (!Seen.insert(F).second)
    return;
  const link::Program &P = Results.program();
  for (ir::BlockId B = 0; B < P.fn(F).Blocks.size(); ++B)
    for (uint32_t N = 0; N < P.fn(F).Blocks[B].Events.size(); ++N) {
      EventRef At{F, B, N};
      const flow::LockPoint &Here = Locks.at(At);
      if (!Here.Reached || Here.Uncertain ||
          llvm::any_of(Here.May, [&](const HeldLock &H) { return Locks.classOf(H.Lock) == Class; }))
        continue;
      flow::LockAction A = Locks.action(At);
      if (A.Do == flow::LockAction::Release && !A.Locks.empty() && Locks.classOf(A.Locks.front()) == Class) {
        bool Signal = A.Kind == flow::LockKind::PyThread && R.Kind == link::RootKind::Thread;
        if (!Signal)
          reportUnlock(At, quoted(Locks, A.Locks.front(), F), Class);
        return;
      }
      const link::Target &T = Results.engine().infos()[F].Targets[B][N];
      for (FnId G : T.Api ? llvm::ArrayRef<FnId>() : llvm::ArrayRef<FnId>(T.Fns)) {
        PathId Released = 0;
        for (const LockExit &X : Locks.summary(G).Exits)
          for (PathId L : X.Dropped)
            Released = Locks.classOf(L) == Class ? L : Released;
        if (!Released)
          continue;
        if (releasesForOthers(G, Class))
          reportUnlock(At, "the lock " + quoted(Locks, Released, G), Class);
        else
          descendToUnlock(G, Class, R, Seen);
        return;
      }
    }
}

void Leaks::reportUnlock(EventRef At, std::string Name, NameId Class) {
  if (!Told.insert({At.Fn, Class}).second)
    return;
  Finding F = makeFinding(Results, LeakedLockCheck, At,
                          Name + " is released here, but '" + Results.functionName(At.Fn) + "' has not taken it");
  path(F, Results, Locks.wayInto(At.Fn, flow::ArrivesAttached | flow::ArrivesDetached));
  remedy(F, "take the lock before what it guards, or do not release it here");
  Out.push_back(std::move(F));
}

/// An unlock too many, in what Python or a new thread enters.
void Leaks::unmatched() {
  for (const link::Root &R : Locks.roots()) {
    if (R.Kind != link::RootKind::Interpreter && R.Kind != link::RootKind::Bound && R.Kind != link::RootKind::Thread)
      continue;
    for (const LockExit &X : Locks.summary(R.Fn).Exits)
      for (PathId L : X.Dropped)
        if (NameId Class = Locks.classOf(L); Class && !X.Uncertain && Locks.leftHeld(Class).empty()) {
          std::set<FnId> Seen;
          descendToUnlock(R.Fn, Class, R, Seen);
        }
  }
}

} // namespace

static void run(const rules::Input &In, std::vector<Finding> &Out) {
  Leaks L(In, Out);
  L.leaks();
  L.unmatched();
}

} // namespace gilray
