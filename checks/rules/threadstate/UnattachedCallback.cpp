#include "rules/Report.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/STLExtras.h"
#include <map>
#include <optional>
#include <set>

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

static void run(const rules::Input &In, std::vector<Finding> &Out);

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
            "call of the same library, with the same handle or without any, is made detached somewhere in the program "
            "(one that runs what waits in it, such as loop_run, also with the handle that it was made from); "
            "when they attach themselves, but later; and when most callbacks registered in the same way attach. A "
            "std::function that is put into a container, a member or a global is followed to the thread that calls it, "
            "and what its lambda captured to the thread that destroys it.",
        .Why =
            "Such code runs on a thread that has no attached thread state: every reference count and every allocation "
            "races with the threads that have one.",
        .Remedy = "Begin the function with PyGILState_Ensure and end every path with PyGILState_Release.",
        .Limits =
            "Whether a library calls back during a given call is not known; the message names the detached call "
            "that makes it possible, or the callback that expects it. A library that is only ever called attached and "
            "whose callbacks never attach gives no finding, nor does a function that the library only uses "
            "during the call it is passed to. A destructor that the program itself calls attached, too, is a note. "
            "Where a condition decides whether a callback attaches, only the "
            "path that attaches is judged. More than three uses of Python in one function are one finding. Of a class "
            "that the program declares several objects of, it is not followed "
            "which object has which std::function.",
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
    return "in a hook that is called detached";
  case RootKind::Loop:
    return "in a loop that NumPy runs with the GIL released";
  default:
    return "in a callback that may run with the GIL released";
  }
}

/// Does destroying an object of this type need Python? For what the model lists, and for records whose destructor
/// counts references and does not attach.
static bool ownsPython(const flow::Results &Results, const ir::Unit &U, ir::TypeId Id, unsigned Depth = 0) {
  const link::Program &P = Results.program();
  const ir::Type &T = U.Types[Id];
  if (T.Record.empty() || Depth > 4)
    return false;
  if (const api::TypeEntry *E = P.model().type(T.Record)) {
    bool Own = E->Holder;
    for (unsigned I = 0; I < T.Args.size() && !E->SharedOwner && E->DeleterArg < 0; ++I)
      Own |= I < 32 && (E->OwnsArgs >> I & 1) && ownsPython(Results, U, T.Args[I], Depth + 1);
    return Own;
  }
  const ir::Record *R = P.record(T.Record);
  link::FnId D = R && !R->Destructor.empty() ? P.byId(R->Destructor, U) : link::NoFn;
  return D != link::NoFn && Results.engine().infos()[D].Needs && !Results.engine().infos()[D].Transitions;
}

/// done = py::object(); auto mine = std::move(done); done.release(): a lambda that does so lets its object go itself.
static bool letsGo(const link::Program &P, link::FnId Body, const ir::Capture &C) {
  const ir::Function &F = P.fn(Body);
  auto IsCapture = [&](ir::ValueId V) {
    while (F.Values[V].Kind == ir::ValueKind::AddrOf || F.Values[V].Kind == ir::ValueKind::Cast)
      V = F.Values[V].A;
    return F.Values[V].Kind == ir::ValueKind::Field && F.Values[V].Str == C.Name;
  };
  for (const ir::Block &B : F.Blocks)
    for (const ir::Event &E : B.Events) {
      if (E.Kind != ir::EventKind::Call || E.Args.empty() || !E.Callee || !IsCapture(E.Args[0]))
        continue;
      const link::Target T = P.target(Body, E);
      llvm::StringRef Method = flow::methodName(*T.Named);
      const api::TypeEntry *Type = T.Named->Record.empty() ? nullptr : P.model().type(T.Named->Record);
      if ((T.Api && (T.Api->Result == api::Returns::Argument || T.Api->Exchanges || T.Api->Swaps)) ||
          Method == "operator=" || Method == "reset" || Method == "release" ||
          (Type && llvm::is_contained(Type->GivesUp, Method)))
        return true;
    }
  return false;
}

/// The first Python object that the lambda with this body captures by value in the given function, or null.
static const ir::Capture *capturedOwner(const flow::Results &Results, link::FnId In, link::FnId Body) {
  const link::Program &P = Results.program();
  const ir::Function &F = P.fn(In);
  const ir::Unit &U = P.unit(In);
  for (const ir::Value &V : F.Values) {
    if (V.Kind != ir::ValueKind::Lambda || !V.B || P.resolve(U, V.Ref) != Body)
      continue;
    for (const ir::Capture &C : F.Captures[V.B - 1])
      if (!C.ByReference && ownsPython(Results, U, C.Type) && !letsGo(P, Body, C))
        return &C;
  }
  return nullptr;
}

/// std::thread(Notify{target}): the functor dies on the new thread, and with it what it owns.
static void ownedFunctor(const flow::Results &Results, const link::Root &R, std::vector<Finding> &Out) {
  const link::Program &P = Results.program();
  const ir::Event &E = P.event(R.RegisteredAt);
  const ir::Unit &U = P.unit(R.RegisteredAt.Fn);
  if (!E.Callee || !P.fn(R.Fn).Name.ends_with("::operator()"))
    return;
  for (ir::TypeId T : U.Callees[E.Callee].TemplateArgs) {
    if (U.Types[T].Record.empty() || U.Types[T].Record != P.fn(R.Fn).Record || !ownsPython(Results, U, T))
      continue;
    Finding Found =
        makeFinding(Results, UnattachedCallbackCheck, R.RegisteredAt,
                    "the '" + U.Types[T].Record.str() +
                        "' owns Python objects and is destroyed on the new thread, which has no thread state");
    why(Found, "destroying it counts references without the GIL");
    remedy(Found, "attach in its destructor, or let the thread have a pointer to it");
    Out.push_back(std::move(Found));
    return;
  }
}

/// A lambda that is moved to another thread dies there, and with it what it captured by value.
static void capturedOwners(const flow::Results &Results, std::vector<Finding> &Out) {
  const link::Program &P = Results.program();
  for (const link::Root &R : P.roots()) {
    if (R.Kind != RootKind::Thread || !R.RegisteredAt.valid())
      continue;
    const ir::Capture *C = capturedOwner(Results, R.RegisteredAt.Fn, R.Fn);
    if (!C) {
      ownedFunctor(Results, R, Out);
      continue;
    }
    std::string Type = P.unit(R.RegisteredAt.Fn).Types[C->Type].Record.str();
    Finding Found = makeFinding(Results, UnattachedCallbackCheck, R.RegisteredAt,
                                "the lambda captures '" + C->Name.str() + "', a '" + Type +
                                    "', and is destroyed on the new thread, which has no thread state");
    Found.Where = Results.place(P.unit(R.Fn), P.fn(R.Fn).Where);
    why(Found, "destroying the copy counts references without the GIL");
    remedy(Found, "capture a pointer that outlives the thread, or attach in the lambda and let the captured object die "
                  "there");
    Out.push_back(std::move(Found));
  }
}

/// Does the function move the variable on, or empty it: queue.push(std::move(job)), job = nullptr?
static bool partsWith(const link::Program &P, link::FnId In, ir::ValueId Var) {
  const ir::Function &F = P.fn(In);
  for (const ir::Block &B : F.Blocks)
    for (const ir::Event &E : B.Events) {
      if (E.Kind != ir::EventKind::Call || !E.Callee || E.Args.empty() ||
          F.Values[E.Args[0]].Kind != ir::ValueKind::AddrOf || F.Values[E.Args[0]].A != Var)
        continue;
      const link::Target T = P.target(In, E);
      if (T.Api && (T.Api->Result == api::Returns::Argument || T.Api->Swaps || T.Api->Exchanges))
        return true;
      if (flow::methodName(*T.Named) == "swap" || (flow::methodName(*T.Named) == "operator=" && E.Args.size() > 1 &&
                                                   F.Values[E.Args[1]].Kind == ir::ValueKind::Null))
        return true;
    }
  return false;
}

/// A task that a worker takes out of a queue dies with the worker's variable:
///     std::function<void()> job = std::move(jobs_.front());   job();   }
static void queuedOwners(const flow::Results &Results, std::vector<Finding> &Out) {
  const link::Program &P = Results.program();
  llvm::DenseMap<link::FnId, link::FnId> MadeIn;
  for (link::FnId F = 0; F < P.functions().size(); ++F)
    for (const ir::Value &V : P.fn(F).Values)
      if (V.Kind == ir::ValueKind::Lambda && V.B)
        MadeIn.try_emplace(P.resolve(P.unit(F), V.Ref), F);
  if (MadeIn.empty())
    return;
  constexpr uint8_t Without = 1u << unsigned(flow::Thread::Detached) | 1u << unsigned(flow::Thread::NoState);
  std::set<link::FnId> Told;
  auto Tell = [&](link::EventRef At, link::FnId Body) {
    auto In = MadeIn.find(Body);
    const ir::Capture *C = In == MadeIn.end() ? nullptr : capturedOwner(Results, In->second, Body);
    if (!C || !Told.insert(Body).second)
      return;
    std::string Type = P.unit(In->second).Types[C->Type].Record.str();
    Finding Found = makeFinding(Results, UnattachedCallbackCheck, At,
                                "the lambda captures '" + C->Name.str() + "', a '" + Type +
                                    "', and is destroyed on a thread that has no attached thread state");
    Found.Where = Results.place(P.unit(Body), P.fn(Body).Where);
    related(Found, Results, At,
            "'" + Results.functionName(At.Fn) + "' takes it out of its container and destroys it here");
    why(Found, "destroying the copy counts references without the GIL");
    remedy(Found, "capture a pointer whose deleter attaches, or attach before the task is called and empty it there");
    Out.push_back(std::move(Found));
  };
  for (link::FnId F = 0; F < P.functions().size(); ++F) {
    const ir::Function &Fn = P.fn(F);
    std::optional<flow::Results::ThreadMap> Map;
    for (ir::BlockId B = 0; B < Fn.Blocks.size(); ++B)
      for (uint32_t I = 0; I < Fn.Blocks[B].Events.size(); ++I) {
        const ir::Event &E = Fn.Blocks[B].Events[I];
        if (E.Kind != ir::EventKind::Destroy || E.Args.empty() || !P.isCallable(P.unit(F).Types[E.Type].Record) ||
            Fn.Values[E.Args[0]].Kind != ir::ValueKind::AddrOf)
          continue;
        ir::ValueId Var = Fn.Values[E.Args[0]].A;
        llvm::ArrayRef<link::FnId> Held = P.kept(F, Var);
        if (Held.empty() || Fn.Values[Var].Kind != ir::ValueKind::Var || partsWith(P, F, Var))
          continue;
        if (!Map)
          Map = Results.threads(F);
        uint8_t Now = (*Map)[B][I];
        if (Now && !(Now & ~Without))
          for (link::FnId Body : Held)
            Tell({F, B, I}, Body);
      }
  }
}

/// A function without body that fills a `PyThreadState **` and returns a number: a conditional acquire wrapper.
static bool looksLikeAcquire(const api::Model &M, const ir::Unit &U, const ir::Callee &C) {
  auto IsStateSlot = [&](ir::TypeId Id) {
    return U.Types[Id].Kind == ir::TypeKind::Pointer && flow::isThreadStatePointer(M, U, U.Types[Id].Inner);
  };
  return C.Result && U.Types[C.Result].Kind != ir::TypeKind::Void && llvm::any_of(C.Params, IsStateSlot);
}

static bool usesApiAfter(const link::Program &P, link::EventRef At) {
  const ir::Function &F = P.fn(At.Fn);
  std::vector<ir::BlockId> Work{At.Block};
  std::vector<bool> Seen(F.Blocks.size());
  for (uint32_t From = At.Index + 1; !Work.empty(); From = 0) {
    ir::BlockId B = Work.back();
    Work.pop_back();
    for (uint32_t I = From; I < F.Blocks[B].Events.size(); ++I) {
      const ir::Event &E = F.Blocks[B].Events[I];
      if (E.Kind != ir::EventKind::Call && E.Kind != ir::EventKind::Macro)
        continue;
      if (const api::Entry *A = P.target(At.Fn, E).Api;
          A && A->Needs == api::Need::Attached && A->Use == api::Weight::Error)
        return true;
    }
    for (ir::BlockId S : F.Blocks[B].Term.Succs)
      if (S != ir::NoBlock && !Seen[S]) {
        Seen[S] = true;
        Work.push_back(S);
      }
  }
  return false;
}

/// The body of an acquire wrapper may be in a file that is not part of this run. Its callers then tell what they
/// believe: where most test the result, the one that ignores it goes on detached when the wrapper fails.
static void ignoredAcquires(const flow::Results &Results, std::vector<Finding> &Out) {
  const link::Program &P = Results.program();
  struct Use {
    llvm::SmallVector<link::EventRef, 4> Ignored, Tested;
  };
  std::map<std::string, Use> Uses;
  for (link::FnId F = 0; F < P.functions().size(); ++F)
    for (ir::BlockId B = 0; B < P.fn(F).Blocks.size(); ++B)
      for (uint32_t I = 0; I < P.fn(F).Blocks[B].Events.size(); ++I) {
        const ir::Event &E = P.fn(F).Blocks[B].Events[I];
        const ir::Unit &U = P.unit(F);
        if (E.Kind != ir::EventKind::Call || !E.Callee ||
            U.Files[U.Callees[E.Callee].Header].Class != ir::HeaderClass::Project ||
            !looksLikeAcquire(P.model(), U, U.Callees[E.Callee]) || P.resolve(U, E.Callee) != link::NoFn)
          continue;
        Use &Of = Uses[U.Callees[E.Callee].Name.str()];
        (E.Result ? Of.Tested : Of.Ignored).push_back({F, B, I});
      }
  for (const auto &[Name, Of] : Uses) {
    if (Of.Tested.size() < 2)
      continue;
    for (link::EventRef At : Of.Ignored) {
      if (!usesApiAfter(P, At))
        continue;
      Finding F = makeFinding(Results, UnattachedCallbackCheck, At,
                              "the result of '" + Name +
                                  "' is ignored: when it fails, what follows runs without a thread state");
      F.Sev = Severity::Warning;
      related(F, Results, Of.Tested.front(),
              "'" + Results.functionName(Of.Tested.front().Fn) + "' tests it, like " +
                  std::to_string(Of.Tested.size()) + " calls in all");
      remedy(F, "return early when the thread state could not be attached");
      Out.push_back(std::move(F));
    }
  }
}

/// A callback that converts values has a use of Python in each case of its switch: one mistake, told once, and with
/// the weight of the worst.
static void foldUses(const flow::Results &Results, std::vector<Finding> Found, llvm::ArrayRef<link::EventRef> Places,
                     std::vector<Finding> &Out) {
  constexpr size_t Few = 3, Shown = 4;
  if (Found.size() > Few) {
    size_t Told =
        llvm::max_element(Found, [](const Finding &A, const Finding &B) { return A.Sev < B.Sev; }) - Found.begin();
    Finding &F = Found[Told];
    F.Message +=
        "; " + std::to_string(Found.size() - 1) + " more uses in '" + Results.functionName(Places.front().Fn) + "'";
    for (size_t I = 0, Left = Shown; I < Places.size() && Left; ++I)
      if (I != Told) {
        related(F, Results, Places[I], "another use");
        --Left;
      }
    Found = {std::move(F)};
  }
  for (Finding &F : Found) {
    remedy(F, "attach with PyGILState_Ensure before the first use and release on every path");
    Out.push_back(std::move(F));
  }
}

static void run(const rules::Input &In, std::vector<Finding> &Out) {
  const flow::Results &Results = In.flow();
  struct Uses {
    std::vector<Finding> Found;
    std::vector<link::EventRef> Places;
  };
  // By what is run without a thread state, and where Python is used.
  llvm::MapVector<std::pair<link::FnId, link::FnId>, Uses> ByFunction;
  for (const flow::Report &R : Results.reports()) {
    if (R.What.Kind != flow::Observed::ApiWithoutThreadState || (!isForeignEntry(R.Via) && !R.InParallel) ||
        R.What.Weight == api::Weight::Note)
      continue;
    bool Phrase = R.What.Subject.find(' ') != std::string::npos; // "destroying a '...'"
    std::string Use = Phrase ? R.What.Subject : "'" + R.What.Subject + "'";
    std::string Callee = crossing(Results, R);
    if (!Callee.empty() && !R.InParallel) {
      Use = "'" + Callee + "', which reaches " + Use + ",";
      Phrase = false;
    }
    bool Callback = R.Via && (R.Via->Kind == RootKind::Callback || R.Via->Kind == RootKind::Hook);
    Finding F = makeFinding(Results, UnattachedCallbackCheck, R,
                            Use + (Phrase ? " happens " : " is used ") +
                                (R.Via ? situation(R.Via->Kind) : "in a parallel loop inside a released region") +
                                " without attaching a thread state first");
    F.Sev = Callback || R.What.Weight == api::Weight::Warning ? Severity::Warning : Severity::Error;
    if (R.Via && Results.isDoubtfulCallback(R.Via->Fn))
      F.Sev = Severity::Note;
    entryNotes(F, Results, R);
    Uses &Of = ByFunction[{R.Via ? R.Via->Fn : link::NoFn, R.At.Fn}];
    Of.Found.push_back(std::move(F));
    Of.Places.push_back(R.At);
  }
  for (auto &[Key, Of] : ByFunction)
    foldUses(Results, std::move(Of.Found), Of.Places, Out);
  ignoredAcquires(Results, Out);
  capturedOwners(Results, Out);
  queuedOwners(Results, Out);
}

} // namespace gilray
