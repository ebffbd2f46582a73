#include "rules/locks/LockReport.h"
#include "llvm/ADT/STLExtras.h"
#include <optional>

namespace gilray {

using namespace rules;
using api::Degree;
using api::LockOp;
using flow::PathId;
using flow::PathKind;
using link::EventRef;
using link::FnId;

static constexpr Example Bad[] = {{"the thread cannot end without the GIL", R"c(#include <Python.h>
#include <pthread.h>

static PyObject *callback;

static void *poll_device(void *unused)
{
    PyGILState_STATE state = PyGILState_Ensure();
    Py_XDECREF(PyObject_CallNoArgs(callback));
    PyGILState_Release(state);
    return NULL;
}

static PyObject *poll_once(PyObject *self, PyObject *unused)
{
    pthread_t poller;
    pthread_create(&poller, NULL, poll_device, NULL);
    pthread_join(poller, NULL);
    Py_RETURN_NONE;
}

static PyMethodDef methods[] = {{"poll_once", poll_once, METH_NOARGS, NULL}, {NULL, NULL, 0, NULL}};
)c"}};

static constexpr Example Good[] = {{"detached while it waits", R"c(#include <Python.h>
#include <pthread.h>

static PyObject *callback;

static void *poll_device(void *unused)
{
    PyGILState_STATE state = PyGILState_Ensure();
    Py_XDECREF(PyObject_CallNoArgs(callback));
    PyGILState_Release(state);
    return NULL;
}

static PyObject *poll_once(PyObject *self, PyObject *unused)
{
    pthread_t poller;
    pthread_create(&poller, NULL, poll_device, NULL);
    Py_BEGIN_ALLOW_THREADS
    pthread_join(poller, NULL);
    Py_END_ALLOW_THREADS
    Py_RETURN_NONE;
}

static PyMethodDef methods[] = {{"poll_once", poll_once, METH_NOARGS, NULL}, {NULL, NULL, 0, NULL}};
)c"}};

static void run(const rules::Input &In, std::vector<Finding> &Out);

GILRAY_CHECK(BlockingWaitAttached,
             {
                 .Name = "blocking-wait-attached",
                 .Group = "locks",
                 .Summary = "an attached thread waits for another one that has to attach first",
                 .Default = Severity::Error,
                 .State = Maturity::Stable,
                 .Since = "0.1.0",
                 .What = "Joining a thread, or waiting for a condition, semaphore, barrier or future, while attached, "
                         "where the other side attaches before it ends or notifies, or only notifies attached; also "
                         "in destructors that join (std::jthread, futures of std::async). A warning where the program "
                         "does not show the other side.",
                 .Why = "The waiting thread keeps the GIL (in a free-threaded build, it blocks the next collection), "
                        "and the other side cannot get it: neither goes on.",
                 .Remedy = "Detach around the wait: Py_BEGIN_ALLOW_THREADS, py::gil_scoped_release.",
                 .Limits = "Waits with a time limit end and are not reported. A thread that runs only C is silent, and "
                           "a matter of gilray-blocking-call-attached. Handles are told apart by variable, global or "
                           "field.",
                 .Bad = Bad,
                 .Good = Good,
                 .Run = run,
             });

namespace {

/// Who ends a wait: a thread by ending, or somebody who notifies.
struct Ender {
  EventRef At;       ///< where the thread is started, or the notification
  PathId Handle = 0; ///< of the thread, condition, ...
  FnId Thread = link::NoFn;
  bool Needs = false; ///< it has to attach before
  EventRef Attaches;  ///< where
};

class Waits {
public:
  Waits(const rules::Input &In, std::vector<Finding> &Out);
  void calls();
  void destructors();
  bool givenAway(FnId F, ir::ValueId Address) const;
  void locks();

private:
  const link::Target &targetAt(EventRef At) const {
    return Results.engine().infos()[At.Fn].Targets[At.Block][At.Index];
  }
  PathId keptIn(FnId F, ir::ValueId Result) const;
  FnId named(FnId In, ir::ValueId V) const;
  void threads();
  void notifications();
  bool same(PathId A, PathId B) const;
  PathId variable(PathId X) const;
  bool isMoved(const Ender &E) const;
  /// The end of the way down to what attaches.
  EventRef attachBelow(EventRef At) const;
  void judge(EventRef At, PathId Handle, const std::vector<Ender> &Enders, bool Joins);
  void report(EventRef At, const Ender *Other, bool Joins, bool Seen);

  const LockSets &Locks;
  const flow::Results &Results;
  const link::Program &P;
  std::vector<Finding> &Out;
  std::vector<Ender> Threads, Notifiers;
  std::vector<EventRef> Awaited;
};

Waits::Waits(const rules::Input &In, std::vector<Finding> &Out)
    : Locks(In.locks()), Results(In.flow()), P(Results.program()), Out(Out) {
  threads();
  notifications();
  Awaited = modelledCalls(
      Results, [](const api::Entry &A) { return (A.Lock == LockOp::Wait || A.Lock == LockOp::Join) && A.Arg >= 0; });
}

EventRef Waits::attachBelow(EventRef At) const {
  for (unsigned Depth = 0; Depth < 16 && At.valid(); ++Depth) {
    const link::Target &T = targetAt(At);
    EventRef Next;
    if (!T.Api)
      for (FnId G : T.Fns)
        Next = Next.valid() ? Next : Locks.summary(G).Attaches;
    if (!Next.valid())
      break;
    At = Next;
  }
  return At;
}

/// Where the result of a call is kept.
PathId Waits::keptIn(FnId F, ir::ValueId Result) const {
  for (const ir::Block &B : P.fn(F).Blocks)
    for (const ir::Event &E : B.Events)
      if (Result && E.Src == Result && (E.Kind == ir::EventKind::Assign || E.Kind == ir::EventKind::Write))
        return Locks.placeOf(F, E.Dst);
  return Locks.placeOf(F, Result);
}

/// The function that a new thread runs, where the call names it.
FnId Waits::named(FnId In, ir::ValueId V) const {
  const ir::Function &F = P.fn(In);
  while (F.Values[V].Kind == ir::ValueKind::Cast || F.Values[V].Kind == ir::ValueKind::AddrOf)
    V = F.Values[V].A;
  bool Function = F.Values[V].Kind == ir::ValueKind::Function || F.Values[V].Kind == ir::ValueKind::Lambda;
  return Function ? P.resolve(P.unit(In), F.Values[V].Ref) : link::NoFn;
}

void Waits::threads() {
  auto Starts = [](const api::Entry &A) {
    return llvm::any_of(A.Callbacks, [](const api::Callback &C) { return C.Runs == api::When::Thread; });
  };
  for (EventRef At : modelledCalls(Results, Starts)) {
    const ir::Event &E = P.event(At);
    const api::Entry &A = *targetAt(At).Api;
    // std::async has no handle among its arguments: it gives one back.
    PathId Handle = A.Callbacks[0].FunctionArg ? Locks.placeOfArgument(At, 0) : keptIn(At.Fn, E.Result);
    llvm::SmallVector<FnId, 2> Fns;
    for (const api::Callback &C : A.Callbacks)
      if (C.FunctionArg < E.Args.size())
        if (FnId F = named(At.Fn, E.Args[C.FunctionArg]); F != link::NoFn)
          Fns.push_back(F);
    for (const link::Root &R : P.roots())
      if (Fns.empty() && R.Kind == link::RootKind::Thread && R.RegisteredAt == At)
        Fns.push_back(R.Fn);
    for (FnId F : Fns) {
      const flow::LockSummary &S = Locks.summary(F);
      Threads.push_back({At, Handle, F, S.Attaches.valid(), attachBelow(S.Attaches)});
    }
  }
}

void Waits::notifications() {
  for (EventRef At :
       modelledCalls(Results, [](const api::Entry &A) { return A.Lock == LockOp::Notify && A.Arg >= 0; })) {
    const flow::LockPoint &Here = Locks.at(At);
    if (!Here.Reached)
      continue;
    Ender E;
    E.At = At;
    E.Handle = Locks.placeOfArgument(At, targetAt(At).Api->Arg);
    uint8_t Arrives = Locks.threads(Here.Threads, At.Fn);
    // Attached there, or attached for a while on the way.
    E.Needs =
        Arrives == flow::ArrivesAttached || (Here.Disturbed == Degree::Certain && !(Arrives & flow::ArrivesUnknown));
    E.Attaches = At;
    Notifiers.push_back(E);
  }
}

/// The variable that a handle is, or is an element of.
PathId Waits::variable(PathId X) const {
  while (X && Locks.paths()[X].A)
    X = Locks.paths()[X].A;
  PathKind K = X ? Locks.paths()[X].Kind : PathKind::Unknown;
  return K == PathKind::Local || K == PathKind::Result ? X : 0;
}

/// workers.push_back(std::thread(work)): which of the variables has the thread later is not known.
bool Waits::isMoved(const Ender &E) const {
  const ir::Event &Made = P.event(E.At);
  return Made.Kind == ir::EventKind::Construct && Locks.paths()[variable(E.Handle)].Kind == PathKind::Result;
}

bool Waits::same(PathId A, PathId B) const {
  if (!A || !B)
    return false;
  if (A == B)
    return true;
  flow::NameId Class = Locks.classOf(A);
  return Class ? Class == Locks.classOf(B) : variable(A) && variable(A) == variable(B);
}

void Waits::judge(EventRef At, PathId Handle, const std::vector<Ender> &Enders, bool Joins) {
  std::vector<const Ender *> Known, Loose;
  for (const Ender &E : Enders) {
    if (same(E.Handle, Handle))
      Known.push_back(&E);
    else if (!E.Handle || (!Locks.classOf(E.Handle) && (!variable(E.Handle) || isMoved(E))))
      Loose.push_back(&E);
  }
  const bool Seen = !Known.empty();
  const std::vector<const Ender *> &Candidates = Seen ? Known : Loose;
  auto Needs = [](const Ender *E) { return E->Needs; };
  auto Needing = llvm::find_if(Candidates, Needs);
  if (Needing == Candidates.end()) {
    if (Candidates.empty())
      report(At, nullptr, Joins, false);
    return;
  }
  // One who can notify detached is enough to end the wait.
  if (!Joins && !llvm::all_of(Candidates, Needs))
    return;
  report(At, *Needing, Joins, Seen);
}

void Waits::report(EventRef At, const Ender *Other, bool Joins, bool Seen) {
  std::string Call = calledAt(Results, At);
  std::string Whom = Joins ? "a thread that " : "somebody who ";
  std::string Message = Call + " waits attached for " + Whom +
                        (Seen    ? "has to attach first: deadlock"
                         : Other ? "may have to attach first"
                                 : "is not in the program: if that needs to attach, neither goes on");
  Finding F = makeFinding(Results, BlockingWaitAttachedCheck, At, std::move(Message));
  F.Sev = Seen ? Severity::Error : Severity::Warning;
  path(F, Results, Locks.wayInto(At.Fn, flow::ArrivesAttached));
  path(F, Results, At, "thread 1 waits here, attached", ThreadState::Attached, 1);
  if (Other && Joins) {
    path(F, Results, Other->At, "thread 2 is started here with '" + Results.functionName(Other->Thread) + "'",
         ThreadState::Detached, 2);
    path(F, Results, Other->Attaches, "thread 2 waits here to attach", ThreadState::Detached, 2);
  } else if (Other) {
    path(F, Results, Locks.wayInto(Other->At.Fn, flow::ArrivesAttached));
    path(F, Results, Other->At, "thread 2 has to attach before it comes here to end the wait", ThreadState::Unknown, 2);
  }
  remedy(F, "detach around the wait (Py_BEGIN_ALLOW_THREADS, py::gil_scoped_release)");
  Out.push_back(std::move(F));
}

void Waits::calls() {
  for (EventRef At : Awaited) {
    const flow::LockPoint &Here = Locks.at(At);
    if (!Here.Reached || !(Locks.threads(Here.Threads, At.Fn) & flow::ArrivesAttached))
      continue;
    const api::Entry &A = *targetAt(At).Api;
    PathId Handle = Locks.placeOfArgument(At, A.Arg);
    bool Joins = A.Lock == LockOp::Join;
    bool Thread = Joins || llvm::any_of(Threads, [&](const Ender &E) { return same(E.Handle, Handle); });
    judge(At, Handle, Thread ? Threads : Notifiers, Thread);
  }
}

/// pending_ = std::async(...): the temporary was moved from when it dies.
bool Waits::givenAway(FnId Id, ir::ValueId Address) const {
  const ir::Function &F = P.fn(Id);
  for (const ir::Block &B : F.Blocks)
    for (const ir::Event &E : B.Events) {
      const ir::Callee *C = E.Callee ? &P.unit(Id).Callees[E.Callee] : nullptr;
      if (C && E.Args.size() == 2 && E.Args[1] == Address && !C->Params.empty() &&
          llvm::StringRef(P.unit(Id).Types[C->Params[0]].Spelling).ends_with("&&"))
        return true;
    }
  return false;
}

/// A future of std::async that nobody has waited for does it in its destructor, as a std::jthread does.
void Waits::destructors() {
  for (FnId F = 0; F < P.functions().size(); ++F)
    for (ir::BlockId B = 0; B < P.fn(F).Blocks.size(); ++B)
      for (uint32_t N = 0; N < P.fn(F).Blocks[B].Events.size(); ++N) {
        EventRef At{F, B, N};
        const ir::Event &E = P.event(At);
        const api::TypeEntry *T = E.Kind == ir::EventKind::Destroy && E.Type && targetAt(At).Api == nullptr
                                      ? P.model().type(P.unit(F).Types[E.Type].Record)
                                      : nullptr;
        if (!T || !T->JoinsOnDestroy)
          continue;
        const flow::LockPoint &Here = Locks.at(At);
        if (!Here.Reached || !(Locks.threads(Here.Threads, F) & flow::ArrivesAttached))
          continue;
        if (givenAway(F, E.Args[0]))
          continue;
        PathId Handle = Locks.placeOfArgument(At, 0);
        auto Waited = [&](const Ender &T) { return T.Needs && T.At.Fn == F && same(T.Handle, Handle); };
        auto Other = llvm::find_if(Threads, Waited);
        bool Before =
            llvm::any_of(Awaited, [&](EventRef W) { return W.Fn == F && same(Locks.placeOfArgument(W, 0), Handle); });
        if (Other != Threads.end() && !Before)
          report(At, &*Other, true, true);
      }
}

/// A lock that one side takes and another one releases is a signal, or is held while Python code runs in between.
void Waits::locks() {
  for (const LockEventFact &F : Locks.facts()) {
    flow::NameId Class = Locks.classOf(F.Lock.Lock);
    llvm::ArrayRef<LockSets::Entry> Others = Locks.givenBack(Class);
    if (F.Kind != LockFactKind::TakenHere || !Class || Others.empty() || !waitsAttached(F.Lock.Kind) ||
        !mayBeAttached(Locks, F) || Locks.isFreshHere(F))
      continue;
    bool Signal = llvm::any_of(Others, [](const LockSets::Entry &E) { return E.Root->Kind == link::RootKind::Thread; });
    auto Needs = [&](const LockSets::Entry &E) {
      return E.Root->Kind == link::RootKind::Interpreter || E.Root->Kind == link::RootKind::Bound ||
             (E.Root->Kind == link::RootKind::Thread && Locks.summary(E.Fn).Attaches.valid());
    };
    if ((!Signal && Locks.leftHeld(Class).empty()) || !llvm::all_of(Others, Needs))
      continue;
    std::string Name = quoted(Locks, F.Lock.Lock, F.At.Fn);
    Finding X = makeFinding(Results, BlockingWaitAttachedCheck, F.At,
                            Name + " is waited for attached, and whoever releases it has to attach first: deadlock");
    path(X, Results, Locks.wayInto(F.At.Fn, flow::ArrivesAttached));
    path(X, Results, F.At, "thread 1 waits for " + Name + " here, attached", ThreadState::Attached, 1);
    const LockSets::Entry &Other = Others.front();
    X.Notes.push_back(step("the lock is released in '" + Results.functionName(Other.Fn) + "', which " +
                               (Other.Root->Kind == link::RootKind::Thread ? "a new thread runs and which attaches"
                                                                           : "Python code calls attached"),
                           Results.place(P.unit(Other.Fn), P.fn(Other.Fn).Where), ThreadState::Attached, 2));
    remedy(X, "detach around the wait (Py_BEGIN_ALLOW_THREADS, py::gil_scoped_release)");
    Out.push_back(std::move(X));
  }
}

} // namespace

static void run(const rules::Input &In, std::vector<Finding> &Out) {
  Waits W(In, Out);
  W.calls();
  W.destructors();
  W.locks();
}

} // namespace gilray
