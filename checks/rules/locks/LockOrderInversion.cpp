#include "rules/locks/LockReport.h"
#include "llvm/ADT/STLExtras.h"
#include <map>

namespace gilray {

using namespace rules;
using api::Degree;
using flow::PathId;
using link::EventRef;
using link::FnId;

static constexpr Example Bad[] = {
    {"one thread waits attached for what another holds while it attaches", R"c(#include <Python.h>
#include <pthread.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static PyObject *callback;
static int count;

static void *worker(void *unused)
{
    pthread_mutex_lock(&lock);
    PyGILState_STATE state = PyGILState_Ensure();
    Py_XDECREF(PyObject_CallNoArgs(callback));
    PyGILState_Release(state);
    pthread_mutex_unlock(&lock);
    return NULL;
}

static PyObject *get_count(PyObject *self, PyObject *unused)
{
    pthread_mutex_lock(&lock);
    int n = count;
    pthread_mutex_unlock(&lock);
    return PyLong_FromLong(n);
}

static PyObject *start(PyObject *self, PyObject *unused)
{
    pthread_t thread;
    pthread_create(&thread, NULL, worker, NULL);
    pthread_detach(thread);
    Py_RETURN_NONE;
}

static PyMethodDef methods[] = {
    {"get_count", get_count, METH_NOARGS, NULL},
    {"start", start, METH_NOARGS, NULL},
    {NULL, NULL, 0, NULL},
};
)c"}};

static constexpr Example Good[] = {{"nobody waits for the lock attached", R"c(#include <Python.h>
#include <pthread.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int count;

static PyObject *get_count(PyObject *self, PyObject *unused)
{
    int n;
    Py_BEGIN_ALLOW_THREADS
    pthread_mutex_lock(&lock);
    n = count;
    pthread_mutex_unlock(&lock);
    Py_END_ALLOW_THREADS
    return PyLong_FromLong(n);
}

static PyMethodDef methods[] = {{"get_count", get_count, METH_NOARGS, NULL}, {NULL, NULL, 0, NULL}};
)c"}};

static void run(const rules::Input &In, std::vector<Finding> &Out);

GILRAY_CHECK(LockOrderInversion,
             {
                 .Name = "lock-order-inversion",
                 .Group = "locks",
                 .Summary = "two threads wait for each other: one has the lock, the other the GIL or another lock",
                 .Default = Severity::Error,
                 .State = Maturity::Stable,
                 .Since = "0.1.0",
                 .What = "A lock (pthread, C11, std::mutex and its family, PyThread lock, spin lock) that some path "
                         "waits for while it is attached, and that some path holds while it attaches or calls what "
                         "may detach and attach again. Also two locks that are taken in both orders.",
                 .Why = "The thread that is attached waits for the lock, the thread that holds the lock waits to "
                        "attach: neither goes on. It needs only one unlucky moment, and tests rarely meet it.",
                 .Remedy = "Detach before you wait for the lock, release the lock before you attach or call into "
                           "Python, or use PyMutex (3.13), which detaches while it waits. Take two locks in one order "
                           "everywhere.",
                 .Limits = "Locks are told apart by global or by the field that holds them. PyMutex and critical "
                           "sections give way to a thread that attaches and are not reported. What only destructors "
                           "or type slots may do is a warning. A try-lock does not wait.",
                 .Bad = Bad,
                 .Good = Good,
                 .Run = run,
             });

namespace {

/// A variable of the function itself: other threads do not know it, unless a pointer to it gets about.
bool isLocalObject(const LockSets &Locks, PathId L) {
  return !Locks.paths().mentions(
      L, [](const flow::Path &X) { return X.Kind == flow::PathKind::Deref || X.Kind == flow::PathKind::Global; });
}

/// An attached thread waits for the lock: here, or in a wrapper of the lock that is called here.
struct Wait {
  EventRef At;
  PathId Lock = 0;
  bool Shared = false;
};

struct Uses {
  std::vector<Wait> Waits;
  std::vector<const LockEventFact *> Attaches;
};

class Inversions {
public:
  Inversions(const rules::Input &In, std::vector<Finding> &Out)
      : In(In), Locks(In.locks()), Results(In.flow()), Out(Out) {}
  void withTheGil();
  void amongLocks();

private:
  struct Pair {
    const Wait *Wait = nullptr;
    const LockEventFact *Attach = nullptr;
    unsigned Rank = 0;
  };
  bool attaches(const LockEventFact &F) const;
  void waits();
  bool isWrapper(FnId F, NameId Class) const;
  Pair best(const Uses &U) const;
  void report(const Pair &X, const Uses &U);
  void report(const LockEventFact &A, const LockEventFact &B);
  bool together(const LockEventFact &F) const;
  bool guarded(const LockEventFact &A, const LockEventFact &B) const;
  const api::Entry *apiAt(EventRef At) const {
    return At.Index == EventRef::Terminator ? nullptr : Results.engine().infos()[At.Fn].Targets[At.Block][At.Index].Api;
  }

  const rules::Input &In;
  const LockSets &Locks;
  const flow::Results &Results;
  std::vector<Finding> &Out;
  std::map<NameId, Uses> ByLock;
};

/// Does the thread wait to be attached while it holds the lock: it arrives detached and attaches, or it is attached and
/// detaches for a while?
bool Inversions::attaches(const LockEventFact &F) const {
  EventRef Cause = Locks.cause(F);
  const api::Entry *A = apiAt(Cause);
  uint8_t Threads = Locks.threads(F.Threads, F.At.Fn);
  bool Attaches = !A || A->Does != api::Effect::None;
  if (Attaches && F.Sure == Degree::Certain)
    return A && A->Does == api::Effect::Detach ? Threads & flow::ArrivesAttached : Threads & flow::ArrivesDetached;
  if (!(Threads & flow::ArrivesAttached))
    return false;
  return F.Sure == Degree::Certain ? !makesOwnObject(In, Cause) : likelyRunsPython(In, Cause);
}

/// One hold that does both shows it best; then a wait anywhere against an attach anywhere.
Inversions::Pair Inversions::best(const Uses &U) const {
  Pair Best;
  for (const LockEventFact *B : U.Attaches)
    for (const Wait &A : U.Waits) {
      if ((A.Shared && B->Lock.Shared) || (isLocalObject(Locks, A.Lock) && isLocalObject(Locks, B->Lock.Lock)))
        continue;
      unsigned Rank = 1 + (B->Sure == Degree::Certain ? 2 : 0) + (B->Lock.At == A.At ? 1 : 0);
      if (Rank > Best.Rank)
        Best = {&A, B, Rank};
    }
  return Best;
}

void Inversions::report(const Pair &X, const Uses &U) {
  const struct Wait &Wait = *X.Wait;
  const LockEventFact &Attach = *X.Attach;
  const bool Same = Attach.Lock.At == Wait.At;
  EventRef Cause = Locks.cause(Attach);
  const api::Entry *A = apiAt(Cause);
  const bool Attaches = !A || (A->Does != api::Effect::None && A->Does != api::Effect::Detach);
  std::string Name = quoted(Locks, Wait.Lock, Wait.At.Fn);
  std::string Message = Same ? Name + " is waited for attached here and held in " + calledAt(Results, Attach.At) +
                                   ", which may detach: two threads that do this deadlock"
                             : Name + " is waited for attached here, while another thread " +
                                   (Attaches ? "attaches holding it" : "holds it and may detach and attach again") +
                                   ": deadlock";
  Finding F = makeFinding(Results, LockOrderInversionCheck, Wait.At, std::move(Message));
  F.Sev = Attach.Sure == Degree::Certain ? Severity::Error : Severity::Warning;
  path(F, Results, Locks.wayInto(Attach.At.Fn, Attaches ? flow::ArrivesDetached : flow::ArrivesAttached), 1);
  path(F, Results, Attach.Lock.At, "thread 1 takes " + quoted(Locks, Attach.Lock.Lock, Attach.At.Fn) + " here",
       Attaches ? ThreadState::Detached : ThreadState::Attached, 1);
  for (EventRef At = Attach.At; At != Cause && At.valid();) {
    path(F, Results, At, calledAt(Results, At) + " is called here");
    At = At == Attach.At && Attach.Other.valid() ? Attach.Other : Locks.below(Attach, At);
  }
  path(F, Results, Cause,
       Attaches ? "thread 1 attaches here and waits for it, holding the lock"
                : "thread 1 may detach in " + calledAt(Results, Cause) +
                      " here and then waits to attach again, holding the lock",
       ThreadState::Detached, 1);
  if (!Same)
    path(F, Results, Locks.wayInto(Wait.At.Fn, flow::ArrivesAttached), 2);
  path(F, Results, Wait.At, "meanwhile thread 2 is attached and waits for the lock here", ThreadState::Attached, 2);
  constexpr unsigned MaxListed = 20;
  unsigned Listed = 0;
  for (const struct Wait &Other : U.Waits)
    if (&Other != &Wait && ++Listed <= MaxListed)
      related(F, Results, Other.At, "it is waited for attached here too");
  why(F, "thread 2 does not detach before it has the lock, and thread 1 does not release the lock before it is "
         "attached");
  remedy(F, "detach around the wait (Py_BEGIN_ALLOW_THREADS), or release the lock before attaching or calling Python; "
            "a PyMutex (3.13) detaches while it waits");
  Out.push_back(std::move(F));
}

/// Does the function leave with the lock on every path, for its caller?
bool Inversions::isWrapper(FnId F, NameId Class) const {
  const flow::LockSummary &S = Locks.summary(F);
  return !S.Exits.empty() && llvm::all_of(S.Exits, [&](const flow::LockExit &X) {
    return llvm::any_of(X.Held, [&](const flow::HeldLock &H) { return Locks.classOf(H.Lock) == Class; });
  });
}

void Inversions::waits() {
  std::map<NameId, std::vector<FnId>> Wrappers;
  for (const LockEventFact &F : Locks.facts()) {
    NameId Class = Locks.classOf(F.Lock.Lock);
    if (F.Kind != LockFactKind::TakenHere || !Class || !waitsAttached(F.Lock.Kind) || Locks.isFreshHere(F))
      continue;
    if (isWrapper(F.At.Fn, Class))
      Wrappers[Class].push_back(F.At.Fn);
    else if (mayBeAttached(Locks, F))
      ByLock[Class].Waits.push_back({F.At, F.Lock.Lock, F.Lock.Shared});
  }
  if (Wrappers.empty())
    return;
  for (FnId F = 0; F < Results.program().functions().size(); ++F)
    for (const flow::LockTaking &T : Locks.summary(F).MayTake) {
      NameId Class = Locks.classOf(T.Lock);
      auto It = Wrappers.find(Class);
      if (It == Wrappers.end() || T.Tries || T.At.Index == EventRef::Terminator ||
          !(Locks.threads(T.Threads, F) & flow::ArrivesAttached))
        continue;
      const link::Target &Callee = Results.engine().infos()[F].Targets[T.At.Block][T.At.Index];
      if (!Callee.Api && llvm::any_of(Callee.Fns, [&](FnId G) { return llvm::is_contained(It->second, G); }))
        ByLock[Class].Waits.push_back({T.At, T.Lock, T.Shared});
    }
}

void Inversions::withTheGil() {
  waits();
  for (const LockEventFact &F : Locks.facts()) {
    NameId Class = Locks.classOf(F.Lock.Lock);
    if (Class && F.Kind == LockFactKind::AttachWhileHolding && waitsAttached(F.Lock.Kind) && !Locks.isFreshHere(F) &&
        attaches(F))
      ByLock[Class].Attaches.push_back(&F);
  }
  for (const auto &[Class, U] : ByLock)
    if (Pair X = best(U); X.Rank)
      report(X, U);
}

/// Are both locks taken attached, without a chance for others in between? With a GIL that keeps others out.
bool Inversions::together(const LockEventFact &F) const {
  if (Results.program().unit(F.At.Fn).Facts.GilDisabled || Locks.threads(F.Threads, F.At.Fn) != flow::ArrivesAttached)
    return false;
  return llvm::none_of(Locks.facts(), [&](const LockEventFact &X) {
    return X.Kind == LockFactKind::AttachWhileHolding && X.At.Fn == F.At.Fn && X.Lock.Lock == F.Lock.Lock;
  });
}

/// Is a third lock held at both, so that only one thread at a time gets there?
bool Inversions::guarded(const LockEventFact &A, const LockEventFact &B) const {
  auto Held = [&](const LockEventFact &F) {
    std::vector<NameId> Names;
    for (const flow::HeldLock &H : Locks.at(F.At).Must)
      Names.push_back(Locks.classOf(H.Lock));
    bool First = true;
    std::vector<NameId> OfCallers;
    for (const flow::LockContext *C : Locks.contexts(F.At.Fn)) {
      std::vector<NameId> Here;
      for (const flow::HeldLock &H : C->Must)
        Here.push_back(Locks.classOf(H.Lock));
      if (First)
        OfCallers = Here;
      llvm::erase_if(OfCallers, [&](NameId N) { return !llvm::is_contained(Here, N); });
      First = false;
    }
    Names.insert(Names.end(), OfCallers.begin(), OfCallers.end());
    NameId Own[] = {Locks.classOf(F.Lock.Lock), Locks.classOf(F.Second)};
    llvm::erase_if(Names, [&](NameId N) { return !N || llvm::is_contained(Own, N); });
    return Names;
  };
  std::vector<NameId> OfA = Held(A);
  return llvm::any_of(Held(B), [&](NameId N) { return llvm::is_contained(OfA, N); });
}

void Inversions::report(const LockEventFact &A, const LockEventFact &B) {
  std::string First = quoted(Locks, A.Lock.Lock, A.At.Fn), Second = quoted(Locks, A.Second, A.At.Fn);
  Finding F = makeFinding(Results, LockOrderInversionCheck, A.At,
                          Second + " is waited for here while " + First +
                              " is held, and another thread takes them the other way round: deadlock");
  auto Tell = [&](const LockEventFact &X, unsigned Thread) {
    std::string Name = "thread " + std::to_string(Thread);
    path(F, Results, Locks.wayInto(X.At.Fn, flow::ArrivesAttached | flow::ArrivesDetached | flow::ArrivesUnknown),
         Thread);
    path(F, Results, X.Lock.At, Name + " takes " + quoted(Locks, X.Lock.Lock, X.At.Fn) + " here", ThreadState::Unknown,
         Thread);
    EventRef Cause = Locks.cause(X);
    for (EventRef At = X.At; At != Cause && At.valid();) {
      path(F, Results, At, calledAt(Results, At) + " is called here");
      At = At == X.At && X.Other.valid() ? X.Other : Locks.below(X, At);
    }
    path(F, Results, Cause, Name + " waits for " + quoted(Locks, X.Second, X.At.Fn) + " here", ThreadState::Unknown,
         Thread);
  };
  Tell(A, 1);
  Tell(B, 2);
  remedy(F, "take the two locks in the same order everywhere, or both at once (std::scoped_lock)");
  Out.push_back(std::move(F));
}

void Inversions::amongLocks() {
  std::map<std::pair<NameId, NameId>, const LockEventFact *> Orders;
  auto Counts = [&](const LockEventFact &F) {
    return F.Kind == LockFactKind::Ordered && !isLocalObject(Locks, F.Lock.Lock) && !isLocalObject(Locks, F.Second) &&
           Locks.classOf(F.Lock.Lock) != Locks.classOf(F.Second) && !Locks.isFreshHere(F) && !Locks.at(F.At).Uncertain;
  };
  for (const LockEventFact &F : Locks.facts())
    if (Counts(F))
      Orders.try_emplace({Locks.classOf(F.Lock.Lock), Locks.classOf(F.Second)}, &F);
  for (const auto &[Order, A] : Orders) {
    auto Other = Orders.find({Order.second, Order.first});
    if (Order.first > Order.second || Other == Orders.end())
      continue;
    const LockEventFact *B = Other->second;
    bool Alone = (together(*A) && together(*B)) || guarded(*A, *B);
    if (!Alone) // told at the place that comes later: the first one set the order
      B->At < A->At ? report(*A, *B) : report(*B, *A);
  }
}

} // namespace

static void run(const rules::Input &In, std::vector<Finding> &Out) {
  Inversions X(In, Out);
  X.withTheGil();
  X.amongLocks();
}

} // namespace gilray
