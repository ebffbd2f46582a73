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
  void slips();

private:
  struct Usage {
    std::set<FnId> Takers, Releasers;
    bool Odd = false; ///< tried, guarded or a signal: who gives it back is not plain
  };
  void survey();
  bool isHeldAround(FnId F, NameId Class) const;
  void reportSlip(FnId F, NameId Class);
  void reportSlippedUnlock(FnId F, NameId Class);
  bool releasesForOthers(FnId F, NameId Class) const;
  PathId unlockedBy(EventRef At, NameId Class, FnId &Where) const;
  void descendToUnlock(FnId F, NameId Class, const link::Root &R, std::set<FnId> &Seen);
  void reportUnlock(EventRef At, std::string Name, NameId Class);
  bool leaves(FnId F, NameId Class) const;
  /// Takes the function the lock for its callers: some caller releases it, or it does nothing else and has a
  /// counterpart?
  bool isWrapper(FnId F, NameId Class) const;
  void descend(FnId F, NameId Class, const LockExit &X, const HeldLock &H, const link::Root *Root,
               std::set<FnId> &Seen);
  bool isToBlame(FnId F, NameId Class, const LockExit &X, const link::Root &Root) const;
  bool isMadeTaken(FnId F, NameId Class) const;
  void report(FnId F, NameId Class, const LockExit &X, const HeldLock &H);
  bool isErrorExit(FnId F, const LockExit &X) const;
  bool givesBack(FnId F, NameId Class) const;
  const LockEventFact *leakOf(FnId F, NameId Class) const;

  const LockSets &Locks;
  const flow::Results &Results;
  std::vector<Finding> &Out;
  std::map<FnId, std::vector<FnId>> Callers;
  std::map<NameId, Usage> Uses;
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
  survey();
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
  return llvm::any_of(It->second, [&](FnId C) {
    return C != F && !Locks.summary(C).Exits.empty() && !leaves(C, Class) && givesBack(C, Class);
  });
}

/// Is the lock released in the function, or in one that it calls? To destroy it is no release.
bool Leaks::givesBack(FnId F, NameId Class) const {
  const link::Program &P = Results.program();
  for (ir::BlockId B = 0; B < P.fn(F).Blocks.size(); ++B)
    for (uint32_t N = 0; N < P.fn(F).Blocks[B].Events.size(); ++N) {
      flow::LockAction A = Locks.action({F, B, N});
      if (A.Do == flow::LockAction::Release &&
          llvm::any_of(A.Locks, [&](PathId L) { return Locks.classOf(L) == Class; }))
        return true;
      const link::Target &T = Results.engine().infos()[F].Targets[B][N];
      for (FnId G : T.Api ? llvm::ArrayRef<FnId>() : llvm::ArrayRef<FnId>(T.Fns))
        for (const LockExit &X : Locks.summary(G).Exits)
          if (llvm::any_of(X.Dropped, [&](PathId L) { return Locks.classOf(L) == Class; }))
            return true;
    }
  // unique_lock, and what else releases without a call
  return llvm::none_of(Locks.facts(), [&](const LockEventFact &X) {
    return X.Kind == LockFactKind::TakenHere && Locks.classOf(X.Lock.Lock) == Class && !X.Lock.Guard;
  });
}

/// What all functions of the program do to each lock themselves.
void Leaks::survey() {
  for (FnId F = 0; F < Results.program().functions().size(); ++F)
    for (ir::BlockId B = 0; B < Results.program().fn(F).Blocks.size(); ++B)
      for (uint32_t N = 0; N < Results.program().fn(F).Blocks[B].Events.size(); ++N) {
        flow::LockAction A = Locks.action({F, B, N});
        if (A.Do == flow::LockAction::Nothing)
          continue;
        for (PathId L : A.Locks)
          if (NameId Class = Locks.classOf(L)) {
            Usage &U = Uses[Class];
            U.Odd |= A.Kind == flow::LockKind::PyThread ||
                     (A.Do != flow::LockAction::Take && A.Do != flow::LockAction::Release &&
                      A.Do != flow::LockAction::Destroy);
            if (A.Do == flow::LockAction::Take)
              U.Takers.insert(F);
            else if (A.Do == flow::LockAction::Release)
              U.Releasers.insert(F);
          }
      }
}

static bool releases(const LockSets &Locks, FnId F, NameId Class) {
  return llvm::any_of(Locks.summary(F).Exits, [&](const LockExit &X) {
    return llvm::any_of(X.Dropped, [&](PathId L) { return Locks.classOf(L) == Class; });
  });
}

static bool isFollowed(const LockSets &Locks, FnId F) { return Locks.summary(F).Incomplete.empty(); }

/// May a function that holds such a lock come to F?
bool Leaks::isHeldAround(FnId F, NameId Class) const {
  std::set<FnId> Reaching{F};
  std::vector<FnId> Work{F};
  while (!Work.empty()) {
    FnId G = Work.back();
    Work.pop_back();
    if (auto It = Callers.find(G); It != Callers.end())
      for (FnId C : It->second)
        if (Reaching.insert(C).second)
          Work.push_back(C);
  }
  const link::Program &P = Results.program();
  for (FnId T : Uses.find(Class)->second.Takers)
    for (ir::BlockId B = 0; B < P.fn(T).Blocks.size(); ++B)
      for (uint32_t N = 0; N < P.fn(T).Blocks[B].Events.size(); ++N)
        if (llvm::any_of(Locks.at({T, B, N}).May, [&](const HeldLock &H) { return Locks.classOf(H.Lock) == Class; }) &&
            llvm::any_of(Results.engine().infos()[T].Targets[B][N].Fns, [&](FnId G) { return Reaching.count(G) != 0; }))
          return true;
  return false;
}

/// Locks that each function that takes them gives back itself, but for one slip. This is seen where nobody knows who
/// calls the functions, as in a C library that comes with the module, and where their callers could not be followed.
///
///     int put(struct env *e, ..) { lock(&e->lock); ..; unlock(&e->lock); }       the rule
///     int get(struct env *e, ..) { ..; unlock(&e->lock); }                       who could have taken it?
void Leaks::slips() {
  for (const auto &[Class, U] : Uses) {
    // A function that could not be followed does what its text says, if that has both.
    auto Balanced = [&, Class = Class](FnId F, const std::set<FnId> &Both) {
      return isFollowed(Locks, F) ? !leaves(F, Class) && !releases(Locks, F, Class) : Both.count(F) != 0;
    };
    std::set<FnId> Keeping, Giving;
    for (FnId F : U.Takers)
      if (!Balanced(F, U.Releasers))
        Keeping.insert(F);
    for (FnId F : U.Releasers)
      if (!Balanced(F, U.Takers))
        Giving.insert(F);
    std::set<FnId> Both = Keeping;
    Both.insert(Giving.begin(), Giving.end());
    if (U.Odd || Both.size() != 1 || U.Takers.size() < 2)
      continue;
    FnId F = *Both.begin();
    if (!isFollowed(Locks, F) || (leaves(F, Class) && releases(Locks, F, Class)))
      continue;
    if (leaves(F, Class))
      reportSlip(F, Class);
    else if (!isHeldAround(F, Class))
      reportSlippedUnlock(F, Class);
  }
}

void Leaks::reportSlip(FnId F, NameId Class) {
  for (const LockExit &X : Locks.summary(F).Exits)
    for (const HeldLock &H : X.Held)
      if (counts(X, H) && Locks.classOf(H.Lock) == Class && !X.Exceptional && Locks.namesObject(H.Lock))
        return report(F, Class, X, H);
}

void Leaks::reportSlippedUnlock(FnId F, NameId Class) {
  const link::Program &P = Results.program();
  for (ir::BlockId B = 0; B < P.fn(F).Blocks.size(); ++B)
    for (uint32_t N = 0; N < P.fn(F).Blocks[B].Events.size(); ++N) {
      EventRef At{F, B, N};
      const flow::LockPoint &Here = Locks.at(At);
      flow::LockAction A = Locks.action(At);
      if (A.Do == flow::LockAction::Release && Locks.classOf(A.Locks.front()) == Class && Here.Reached &&
          !Here.Uncertain &&
          llvm::none_of(Here.May, [&, Class = Class](const HeldLock &H) { return Locks.classOf(H.Lock) == Class; }))
        return reportUnlock(At, quoted(Locks, A.Locks.front(), F), Class);
    }
}

/// Nothing goes on after an exception has come to code in C, or out of a thread.
static bool endsProcess(const LockExit &X, const link::Root &R) {
  return X.Exceptional && (R.Kind == link::RootKind::Interpreter || R.Kind == link::RootKind::Thread);
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
  if (isToBlame(F, Class, X, *Root))
    report(F, Class, X, H);
}

/// self->idle = PyThread_allocate_lock(); PyThread_acquire_lock(self->idle, NOWAIT_LOCK): nobody else knows the lock
/// yet. It is taken from the start, so that somebody can wait until others release it.
bool Leaks::isMadeTaken(FnId F, NameId Class) const {
  const ir::Function &Fn = Results.program().fn(F);
  std::set<ir::ValueId> Made;
  for (ir::BlockId B = 0; B < Fn.Blocks.size(); ++B)
    for (uint32_t N = 0; N < Fn.Blocks[B].Events.size(); ++N)
      if (const api::Entry *A = Results.engine().infos()[F].Targets[B][N].Api; A && A->Lock == api::LockOp::Init)
        Made.insert(Fn.Blocks[B].Events[N].Result);
  Made.erase(0);
  return !Made.empty() && llvm::any_of(Fn.Blocks, [&](const ir::Block &B) {
    return llvm::any_of(B.Events, [&](const ir::Event &E) {
      return E.Kind == ir::EventKind::Write && Made.count(E.Src) && Locks.classOf(Locks.placeOf(F, E.Dst)) == Class;
    });
  });
}

/// May the function be blamed, although others may release the lock for it?
bool Leaks::isToBlame(FnId F, NameId Class, const LockExit &X, const link::Root &Root) const {
  if (isMadeTaken(F, Class))
    return false;
  const LockEventFact *Leak = leakOf(F, Class);
  const bool Handed = !Locks.givenBack(Class).empty();
  // Nobody knows who calls it: only one that also releases the lock on another path is no wrapper for sure.
  const bool Open = Root.Kind == link::RootKind::Assumed || Root.Kind == link::RootKind::Callback;
  return !(Open || Handed) || (Leak && (!Handed || isErrorExit(F, X)));
}

void Leaks::report(FnId F, NameId Class, const LockExit &X, const HeldLock &H) {
  const LockEventFact *Leak = leakOf(F, Class);
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
        if (NameId Class = Locks.classOf(H.Lock);
            Class && counts(X, H) && !endsProcess(X, R) && Locks.namesObject(H.Lock)) {
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

/// The lock of that class that the event gives back for its function's caller, itself or in what it calls; where: the
/// function that does it, or NoFn.
PathId Leaks::unlockedBy(EventRef At, NameId Class, FnId &Where) const {
  Where = link::NoFn;
  flow::LockAction A = Locks.action(At);
  if (A.Do == flow::LockAction::Release && !A.Locks.empty() && Locks.classOf(A.Locks.front()) == Class)
    return A.Locks.front();
  const link::Target &T = Results.engine().infos()[At.Fn].Targets[At.Block][At.Index];
  for (FnId G : T.Api ? llvm::ArrayRef<FnId>() : llvm::ArrayRef<FnId>(T.Fns))
    for (const LockExit &X : Locks.summary(G).Exits)
      for (PathId L : X.Dropped)
        if (Locks.classOf(L) == Class) {
          Where = G;
          return L;
        }
  return 0;
}

/// Down to the unlock that no path reaches with the lock held, or to the call of the wrapper that does it.
void Leaks::descendToUnlock(FnId F, NameId Class, const link::Root &R, std::set<FnId> &Seen) {
  if (!Seen.insert(F).second)
    return;
  const link::Program &P = Results.program();
  EventRef Sure, Other;
  unsigned Others = 0;
  for (ir::BlockId B = 0; B < P.fn(F).Blocks.size() && !Sure.valid(); ++B)
    for (uint32_t N = 0; N < P.fn(F).Blocks[B].Events.size() && !Sure.valid(); ++N) {
      EventRef At{F, B, N};
      const flow::LockPoint &Here = Locks.at(At);
      FnId Where;
      if (!Here.Reached || !unlockedBy(At, Class, Where) ||
          llvm::any_of(Here.May, [&](const HeldLock &H) { return Locks.classOf(H.Lock) == Class; }))
        continue;
      if (!Here.Uncertain)
        Sure = At;
      else if (++Others == 1)
        Other = At;
    }
  // What is not followed comes to it, too, but the exit was reached without it.
  EventRef At = Sure.valid() ? Sure : Others == 1 ? Other : EventRef();
  if (!At.valid())
    return;
  FnId Where;
  PathId Released = unlockedBy(At, Class, Where);
  if (Where == link::NoFn) {
    bool Signal = Locks.action(At).Kind == flow::LockKind::PyThread && R.Kind == link::RootKind::Thread;
    if (!Signal)
      reportUnlock(At, quoted(Locks, Released, F), Class);
  } else if (releasesForOthers(Where, Class)) {
    reportUnlock(At, "the lock " + quoted(Locks, Released, Where), Class);
  } else {
    descendToUnlock(Where, Class, R, Seen);
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
  L.slips();
}

} // namespace gilray
