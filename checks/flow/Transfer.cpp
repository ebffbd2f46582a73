// Events: assignments, writes and calls of functions with bodies.
#include "flow/Solver.h"
#include "llvm/ADT/STLExtras.h"

namespace gilray::flow {

using ir::EventKind;

/// handle->interp: where that was read, handle is not null.
void Solver::follow(State &S, ValueId V) {
  while (V && (Values[V].Kind == ValueKind::Field || Values[V].Kind == ValueKind::Index)) {
    V = Values[V].A;
    if (Values[V].Kind != ValueKind::Deref)
      continue;
    V = Values[V].A;
    if (ValueKind K = Values[V].Kind;
        (K == ValueKind::Var || K == ValueKind::Temp) && factOf(S, V).Kind == FactKind::None)
      S.V.set(resolve(S, V), {FactKind::NonNull});
  }
}

/// States that became equal are merged at once: a call with many exits would multiply them.
void Solver::mergeEqual(States &Cur) {
  auto Kept = Cur.begin();
  for (State &S : Cur) {
    auto It = std::find_if(Cur.begin(), Kept,
                           [&](const State &O) { return O.K == S.K && O.Broken == S.Broken && O.V == S.V; });
    if (It != Kept) {
      It->Faulted &= S.Faulted;
      It->Locks = std::max(It->Locks, S.Locks);
      continue;
    }
    if (Kept != &S)
      *Kept = std::move(S);
    ++Kept;
  }
  Cur.erase(Kept, Cur.end());
}

void Solver::event(const ir::Event &Ev, States &Cur) {
  for (State &S : Cur) {
    if (Ev.Kind == EventKind::Assign || Ev.Kind == EventKind::Write || Ev.Kind == EventKind::Read)
      for (ir::ValueId V : {Ev.Src, Ev.Dst})
        follow(S, Values.of(V));
    if (!Ev.Implicit)
      S.Guessed = false; // a handler runs: its author expects the exception
    if (Ev.Kind == EventKind::Assign)
      assign(S, Ev);
    else if (Ev.Kind == EventKind::Write)
      write(S, Ev);
  }
  switch (Ev.Kind) {
  case EventKind::Assign:
  case EventKind::Write:
  case EventKind::Read:
  case EventKind::GuardEnter:
  case EventKind::GuardLeave:
    break;
  case EventKind::Call:
  case EventKind::Macro:
  case EventKind::Construct:
  case EventKind::Destroy:
  case EventKind::Fork: {
    States Next;
    for (State &S : Cur)
      call(std::move(S), Ev, Next);
    Cur = std::move(Next);
  }
  }
  if (Cur.size() > 1)
    mergeEqual(Cur);
}

/// r.p and a[2].p, where r and a are locals: the local, or -1 for what lies behind a pointer.
int64_t Solver::localRoot(ValueId V) const {
  while (Values[V].Kind == ValueKind::Field || Values[V].Kind == ValueKind::Index)
    V = Values[V].A;
  return Values[V].Kind == ValueKind::Var ? int64_t(Values[V].Ref) : -1;
}

/// Forgets what a store to a field or global of one of these names may change. Members of locals change only through
/// the local itself: *Dst, or an address among Args.
void Solver::killNames(State &S, llvm::function_ref<bool(uint32_t)> Written, ValueId Dst,
                       llvm::ArrayRef<ValueId> Args) {
  auto Is = [&](const Node &N) { return N.Name && Written(N.Name); };
  auto Hit = [&](ValueId V) {
    if (!Values.mentionsNamed(V) || !Values.mentions(V, Is))
      return false;
    int64_t Root = localRoot(V);
    if (Root < 0)
      return true;
    if (Dst && localRoot(Dst) == Root)
      return true;
    return llvm::any_of(
        Args, [&](ValueId A) { return A && Values[A].Kind == ValueKind::AddrOf && localRoot(Values[A].A) == Root; });
  };
  S.V.drop([&](ValueId V, const Fact &K) { return Hit(V) || (K.Other && Hit(K.Other)); });
}

void Solver::assign(State &S, const ir::Event &Ev) {
  ValueId Dst = Values.of(Ev.Dst), Src = Values.of(Ev.Src);
  const Node To = Values[Dst];
  Fact New = factOf(S, Src);
  bool Self = Src && Values.contains(Src, Dst);
  if (Ev.Compound)
    New = counted(S, Dst, Src);
  else if (Src && fixedAddress(Src))
    New = {FactKind::Alias, Src};
  else if (New.Kind == FactKind::None && Src && !Self) {
    ValueKind K = Values[Src].Kind;
    if (K != ValueKind::Unknown)
      New = {FactKind::Alias, Src}; // rel = (n > 500); if (rel) ...
    if (const Fact *Known = S.V.get(Src); Known && Known->Kind == FactKind::Alias)
      New = *Known;
  }
  if (To.Kind == ValueKind::Var)
    killVar(S, To.Ref);
  else if (To.Kind == ValueKind::Temp)
    killTemp(S, To.Ref);
  else if (To.Kind == ValueKind::Field) // a member of a local struct
    S.V.drop([&](ValueId V, const Fact &K) {
      return Values.contains(V, Dst) || (K.Other && Values.contains(K.Other, Dst));
    });
  if (New.Kind == FactKind::Alias && New.Other && !fixedAddress(New.Other) && Values.contains(New.Other, Dst))
    New = {};
  S.V.set(Dst, New);
}

void Solver::write(State &S, const ir::Event &Ev) {
  ValueId Dst = Values.of(Ev.Dst), Src = Values.of(Ev.Src);
  Fact New = Ev.Compound ? counted(S, Dst, Src) : factOf(S, Src);
  if (New.Kind == FactKind::Undef || New.Kind == FactKind::Alias)
    New = {};
  const Node To = Values[Dst];
  if (mayNotCallApi(S.K.Now)) {
    const Node Whole = To.Kind == ValueKind::Index ? Values[To.A] : To; // an element of a static array
    if (Whole.Kind == ValueKind::Global && Ev.Order == ir::Ordering::NotAtomic) {
      const ir::Global *G = P.global(Whole.Str);
      // save = PyEval_SaveThread() can only be written when it is done.
      if (G && !G->ThreadLocal && !S.Locks && New.Kind != FactKind::Saved)
        observe(S, Observed::GlobalWrite).Subject = G->Name.str();
    } else if (Ev.Order == ir::Ordering::NotAtomic) {
      objectWrite(S, Dst);
    }
  }
  switch (To.Kind) {
  case ValueKind::Field:
  case ValueKind::Global:
    killNames(S, [&](uint32_t N) { return N == To.Name; }, Dst, {});
    break;
  case ValueKind::Deref:
    // Through a plain pointer: the same path for sure. Other paths of other pointers are assumed distinct, as in the
    // out-parameter idiom, where *tstate is the only name of the slot.
    S.V.drop([&](ValueId V, const Fact &K) {
      return Values.contains(V, Dst) || (K.Other && Values.contains(K.Other, Dst));
    });
    break;
  default:
    break;
  }
  if (To.Kind == ValueKind::Field || To.Kind == ValueKind::Global || To.Kind == ValueKind::Deref)
    S.V.set(Dst, New);
}

/// A store to self->x, or to an element of a container's storage: ((PyListObject *)l)->ob_item[i] = x.
void Solver::objectWrite(const State &S, ValueId Dst) {
  bool Element = false;
  while (Dst && (Values[Dst].Kind == ValueKind::Index || Values[Dst].Kind == ValueKind::Deref ||
                 (Element && Values[Dst].Kind == ValueKind::Var))) {
    Element = true;
    ValueId Inner = Values[Dst].Kind == ValueKind::Var ? resolve(S, Dst) : Values[Dst].A;
    if (Inner == Dst) // items = l->ob_item; items[i] = x
      return;
    Dst = Inner;
  }
  const Node To = Values[Dst];
  if (To.Kind != ValueKind::Field || Values[To.A].Kind != ValueKind::Deref)
    return;
  const ir::Record *R = P.record(To.Rec);
  if (!R || !R->PythonObject || (Element && (S.Locks || !isPythons(To.Rec))))
    return;
  Observation &O = observe(S, Observed::ObjectWrite);
  O.Subject = (To.Rec + "." + To.Str).str();
  O.Element = Element;
  O.UnderLock = S.Locks > 0;
}

/// Is a record declared by Python's headers, as PyListObject is? Others can reach what such an object holds.
bool Solver::isPythons(StringRef Record) const {
  return llvm::any_of(U.Records, [&](const ir::Record &R) {
    return R.Name == Record && U.Files[R.Where.File].Class == ir::HeaderClass::Python;
  });
}

/// lib_open(&self->handle): the address of a pointer is passed to be filled. Numbers are passed by address to be read,
/// too, and structures and locks are used in place, so only pointers count where the body is not known.
void Solver::outParameters(const State &S, const ir::Event &Ev, const ir::Callee &C, const api::Entry *A) {
  if (!Recording || !mayNotCallApi(S.K.Now) || S.Locks || P.homeOf(U, C) == ir::HeaderClass::Builtin ||
      (A && A->Lock != api::LockOp::None))
    return;
  for (unsigned I = 0; I < Ev.Args.size() && I < C.Params.size(); ++I) {
    ValueId Field = fieldOfObject(Values.of(Ev.Args[I]));
    const ir::Type &Param = U.Types[C.Params[I]];
    if (!Field || Param.Kind != ir::TypeKind::Pointer)
      continue;
    const ir::Type &Slot = U.Types[Param.Inner];
    ir::TypeId FieldType = P.typeOf(D.Fn, F.Values[Ev.Args[I]].A);
    bool Fills = Slot.Kind == ir::TypeKind::Pointer && !Slot.Const && !Slot.Volatile && !Slot.Atomic;
    if (Fills && !isThreadStatePointer(P.model(), U, Param.Inner) && U.Types[FieldType].Kind == ir::TypeKind::Pointer)
      observe(S, Observed::ObjectWrite).Subject = (Values[Field].Rec + "." + Values[Field].Str).str();
  }
}

/// &self->x, where self is a Python object: the field.
ValueId Solver::fieldOfObject(ValueId Address) const {
  if (Values[Address].Kind != ValueKind::AddrOf)
    return 0;
  ValueId V = Values[Address].A;
  if (Values[V].Kind != ValueKind::Field || Values[Values[V].A].Kind != ValueKind::Deref)
    return 0;
  const ir::Record *R = P.record(Values[V].Rec);
  return R && R->PythonObject ? V : 0;
}

void Solver::call(State S, const ir::Event &Ev, States &Out) {
  if (Ev.Result)
    killTemp(S, Values[Values.of(Ev.Result)].Ref);
  const link::Target &T = Info.Targets[At.Block][At.Index];
  llvm::ArrayRef<Action> As = Info.Actions[At.Block][At.Index];
  if (!As.empty() && As.front().Makes)
    return makes(S, Ev, As, Out);
  if (T.Api)
    return api(std::move(S), Ev, *T.Api, Out);
  if (!T.Fns.empty()) // what a std::function was made from may have bound its arguments
    return callBodies(S, Ev, T.Fns, T.Held ? llvm::SmallVector<ValueId, 6>() : arguments(S, Ev), Out);
  if (!As.empty() && assignsKnown(S, Ev, T.Named)) {
    if (Ev.Kind == EventKind::Call) { // v.clear(): the elements go, the container stays
      States Emptied;
      actions(S, Ev, As, Emptied);
      bool Refilled = Ev.Args.size() > 1 && !factOf(S, Values.of(Ev.Args[1])).isNull(); // p.reset(q)
      for (State &X : Emptied) {
        X.V.set(Values.deref(Values.of(Ev.Args[0])), {Refilled ? FactKind::NonNull : FactKind::Null});
        Out.push_back(std::move(X));
      }
      return;
    }
    return actions(S, Ev, As, Out);
  }
  State N = S;
  if (Ev.Kind == EventKind::Destroy && !T.Named) {
    Out.push_back(std::move(N));
    return;
  }
  if (T.Named && holderMethod(N, Ev, *T.Named)) {
    if (Ev.Kind == EventKind::Construct && Ev.Unwind != ir::NoBlock) {
      State X = S;
      X.Guessed = true;
      propagate(Ev.Unwind, X, AtPoint, AtEntry, 0, At);
    }
    Out.push_back(std::move(N));
    return;
  }
  if (T.Named && T.Foreign)
    outParameters(S, Ev, *T.Named, nullptr);
  killArguments(N, Ev);
  killExposed(N, Ev);
  if (Recording && mayNotCallApi(S.K.Now) && (T.Foreign || T.Unresolved))
    D.Foreign.push_back({At, S.K.Now});
  if (Ev.Unwind != ir::NoBlock) {
    State X = N;
    X.Guessed = true;
    propagate(Ev.Unwind, X, AtPoint, AtEntry, 0, At);
  }
  if (T.Named && T.Named->ReturnsTwice)
    N.V.set(Values.of(Ev.Result), {FactKind::Null}); // the first return; the second one is a point of its own
  mayJump(N, Ev);
  if (T.Named && T.Named->NoReturn)
    return;
  Out.push_back(std::move(N));
}

llvm::SmallVector<ValueId, 6> Solver::arguments(const State &S, const ir::Event &Ev) const {
  llvm::SmallVector<ValueId, 6> Args;
  for (ValueId A : Ev.Args) {
    ValueId V = Values.of(A);
    if (ValueId Real = resolve(S, V); Real && (Values[Real].Kind == ValueKind::AddrOf))
      V = Real;
    Args.push_back(V);
  }
  return Args;
}

void Solver::callBodies(const State &S, const ir::Event &Ev, llvm::ArrayRef<FnId> Fns, llvm::ArrayRef<ValueId> Args,
                        States &Out) {
  if (Fns.size() > 1 && !S.Broken && disagree(Fns, S.K.Now == Thread::Caller ? Thread::Unknown : S.K.Now)) {
    State X = S;
    killArguments(X, Ev);
    for (FnId G : Fns)
      killWrites(X, G, Args);
    X.Broken = true;
    X.K = {};
    X.K.Now = Thread::Unknown;
    if (Recording && !mayNotCallApi(S.K.Now))
      llvm::append_range(D.PlainCalls, Fns);
    return Out.push_back(std::move(X));
  }
  for (FnId G : Fns) {
    const FunctionInfo &C = E.infos()[G];
    Thread Now = S.K.Now == Thread::Caller ? Thread::Unknown : S.K.Now;
    if (C.Detaches && P.hasRole(D.Fn, "dealloc") && Now == Thread::Attached && !S.V.get(Values.pureCall(Untracked, {})))
      observe(S, Observed::DetachHere).Subject = "dealloc";
    mayJumpInside(S, Ev, G);
    if (Recording && mayNotCallApi(Now) && !S.Locks && !C.Transitions) // static void open(lib **to) { *to = ...; }
      for (unsigned I = 0; I < Args.size() && I < 32; ++I)
        if (ValueId Field = C.DerefParams >> I & 1 ? fieldOfObject(Args[I]) : 0)
          observe(S, Observed::ObjectWrite).Subject = (Values[Field].Rec + "." + Values[Field].Str).str();
    if (!E.matters(G, Now)) {
      if (Recording && !mayNotCallApi(Now))
        D.PlainCalls.push_back(G);
      else if (Recording && Fns.size() == 1) // which row of a table comes here detached is not known
        D.PlainDetached.push_back(G);
      State N = S;
      if (C.Returned) {
        if (Fns.size() == 1)
          learnReturned(N, Ev, G, Args);
      } else {
        killArguments(N, Ev);
        killWrites(N, G, Args);
      }
      // A body with errors in it has no events, so what it does is not known: it may well attach.
      if (mayNotCallApi(Now) && !whyNotJudged(P.fn(G).Body).empty())
        N.K.Now = Thread::Unknown;
      if (Ev.Unwind != ir::NoBlock) {
        State X = N;
        X.Guessed = !C.Throws;
        propagate(Ev.Unwind, X, AtPoint, AtEntry, 0, At);
      }
      if (!C.Returns)
        continue;
      Out.push_back(std::move(N));
      continue;
    }
    // What is known of the arguments and of what they point to, in the callee's own paths.
    Valuation Context, Core;
    auto Add = [&](ValueId V, Fact K, bool Guard) {
      if (K.Kind == FactKind::Saved)
        K.At = {}; // where it was saved decides nothing
      Context.set(V, K);
      if (Guard)
        Core.set(V, K);
    };
    ValueTable &Theirs = E.infos()[G].Values;
    uint32_t Params = P.fn(G).NumParams;
    for (unsigned I = 0; I < Args.size() && I < Params; ++I) {
      Fact K = factOf(S, Args[I]);
      uint32_t Wanted = C.GuardParams | (mayNotCallApi(Now) ? C.NeedParams : 0);
      if ((I < 32 && Wanted >> I & 1) && (K.isNull() || K.nonNull() || K.Kind == FactKind::Cookie))
        Add(Theirs.var(I), K, C.GuardParams >> I & 1);
    }
    // Which facts are worth a context of their own?
    auto Guards = [&](ValueId V, const Fact &K) {
      return K.Kind == FactKind::Saved || K.Kind == FactKind::Restored || K.Kind == FactKind::Cookie ||
             K.Kind == FactKind::Token || K.Kind == FactKind::Deleted ||
             Values.mentions(V, [&](const Node &N) { return N.Name && E.infos().isGuard(N.Name); });
    };
    auto NeedGuards = [&](ValueId V) {
      return mayNotCallApi(Now) &&
             Values.mentions(V, [&](const Node &N) { return N.Name && E.infos().isNeedGuard(N.Name); });
    };
    for (const auto &[V, K] : S.V) {
      if (K.Kind == FactKind::Alias || K.Kind == FactKind::Undef || K.Kind == FactKind::ForkResult ||
          Values[V].Kind == ValueKind::Var)
        continue;
      bool Guard = Guards(V, K);
      if (!Guard && !NeedGuards(V))
        continue;
      if (ValueId X = Values.exportTo(Theirs, V, Args); X && Values[V].Kind != ValueKind::Temp)
        Add(X, K, Guard);
    }
    for (unsigned I = 0; I < Args.size() && I < Params; ++I) // locals whose address is passed
      if (Args[I] && Values[Args[I]].Kind == ValueKind::AddrOf && Values[Values[Args[I]].A].Kind == ValueKind::Var) {
        Fact K = factOf(S, Values[Args[I]].A);
        if (K.isNull() || K.nonNull())
          Add(Theirs.deref(Theirs.var(I)), K, C.GuardParams >> I & 1);
      }
    bool Own = mayNotCallApi(Now) && (S.Origin.valid() || D.Own);
    NodeId N = E.enter(G, Now, Context, S.Locks > 0, Own, &Core);
    const NodeData &Callee = E.node(N);
    // On a clean-up chain after a foreign exception that is only possible, destructors are not judged.
    if (Recording && !(S.Guessed && Ev.Implicit) && (!mayNotCallApi(Now) || isSure(Ev, Fns))) {
      CallEdge Edge{At, N, S.Origin, S.K.Now, S.Faulted, path(S.Origin), chainStart()};
      D.Calls.push_back(std::move(Edge));
    }
    if (!Callee.Incomplete.empty()) {
      State X = S;
      killArguments(X, Ev);
      killWrites(X, G, Args);
      if (C.Transitions)
        X.K.Now = Thread::Unknown;
      Out.push_back(std::move(X));
      continue;
    }
    bool Faults = llvm::any_of(Callee.Seen, [](const Observation &O) {
      return O.Kind == Observed::ApiWithoutThreadState && !O.Origin.valid() && O.Weight != api::Weight::Note;
    });
    std::vector<Exit> Exits = Callee.Exits; // the node may be solved again while we use it
    keepMatching(S, Exits);
    for (const Exit &X : Exits) {
      States After;
      applyExit(S, Ev, N, X, Args, After);
      for (State &A : After) {
        A.Faulted |= Faults && !X.Origin.valid();
        if (X.Jumps)
          jump(std::move(A), Values.import(Theirs, X.Buffer, Args));
        else if (!X.Exceptional)
          Out.push_back(std::move(A));
        else if (Ev.Unwind != ir::NoBlock)
          propagate(Ev.Unwind, A, AtPoint, AtEntry, 0, At);
      }
    }
  }
}

/// Is each of these functions really called here? One is; the rows of a static table are, under some index. Of
/// functions that a pointer in an object may stand for, the object's making decides, which is not followed: only what
/// holds for all of them counts.
bool Solver::isSure(const ir::Event &Ev, llvm::ArrayRef<FnId> Fns) const {
  if (Fns.size() == 1 || Info.Targets[At.Block][At.Index].AllRun)
    return true;
  for (ValueId V = Ev.Callee ? 0 : Values.of(Ev.Target); V; V = Values[V].A) {
    if (Values[V].Kind == ValueKind::Global)
      return true;
    if (Values[V].Kind == ValueKind::Deref)
      break;
  }
  return llvm::all_of(Fns, [&](FnId G) { return E.infos()[G].Needs; });
}

/// Entered attached, does the function leave in another state?
bool Solver::isWrapper(FnId G) const {
  const NodeData &N = E.node(E.enter(G, Thread::Attached));
  return llvm::any_of(N.Exits,
                      [](const Exit &X) { return X.K.Now != Thread::Attached || !X.K.Stack.empty() || X.K.Popped; });
}

/// Which function a pointer calls may change with the set-up of the program, as in
///     lock = threads_enabled ? real_lock : fake_lock;
/// and the same set-up then holds for unlock(). Where the functions leave the thread in different states, the pairs
/// that belong together are not known.
bool Solver::disagree(llvm::ArrayRef<FnId> Fns, Thread Now) const {
  using Net = std::tuple<Thread, size_t, uint8_t>;
  std::set<Net> All;
  for (FnId G : Fns) {
    if (!E.infos()[G].Transitions || !E.matters(G, Now)) {
      All.insert({Now, 0, 0});
      continue;
    }
    for (const Exit &X : E.node(E.enter(G, Now)).Exits)
      if (X.returns())
        All.insert(X.Broken ? Net{Thread::Unknown, 0, 0} : Net{X.K.Now, X.K.Stack.size(), X.K.Popped});
  }
  return All.size() > 1;
}

/// A function may give the thread up in either of two ways, as its twin took it:
///     if (*name) PyEval_ReleaseThread(ts); else PyGILState_Release(state);
/// The one that undoes the caller's last step is meant.
void Solver::keepMatching(const State &S, std::vector<Exit> &Exits) {
  auto Pops = [](const Exit &X) { return X.returns() && !X.Broken && X.K.Popped > 0; };
  auto Detaches = [](const Exit &X) {
    return X.returns() && !X.Broken && !X.K.Popped && X.K.Stack.empty() && mayNotCallApi(X.K.Now);
  };
  if (S.K.Now != Thread::Attached || llvm::none_of(Exits, Pops) || llvm::none_of(Exits, Detaches))
    return;
  llvm::erase_if(Exits, [&](const Exit &X) { return S.K.Stack.empty() ? Pops(X) : Detaches(X); });
}

void Solver::applyExit(const State &S, const ir::Event &Ev, NodeId Callee, const Exit &X, llvm::ArrayRef<ValueId> Args,
                       States &Out) {
  const NodeData &C = E.node(Callee);
  const ValueTable &Theirs = E.infos()[C.Fn].Values;
  State N = S;
  killArguments(N, Ev);
  killWrites(N, C.Fn, Args);
  N.Guessed = S.Guessed || X.Guessed;
  int Locks = int(N.Locks) + X.Locks;
  N.Locks = Locks < 0 ? 0 : Locks > 3 ? 3 : Locks;
  if (!X.Broken && !S.Broken) {
    Thread Now = X.K.Now;
    for (unsigned I = 0; I < X.K.Popped; ++I) {
      if (N.K.Stack.empty()) {
        if (N.K.Popped < 8)
          ++N.K.Popped;
        Now = Now == Thread::Caller ? Thread::Caller : Now;
      } else {
        Frame Top = N.K.Stack.pop_back_val();
        Released.insert(Top.At);
        if (X.K.Now == Thread::Caller)
          Now = Top.Before;
      }
    }
    // Detached and attached again: the caller's thread is what it was, since the caller's own last change.
    bool Balanced = X.K.Now == S.K.Now && X.K.Stack.empty() && !X.K.Popped;
    bool Moved = X.Origin.valid() || X.K.Popped;
    if (X.K.Now == Thread::Caller && X.K.Popped == 0)
      Now = Thread::Unknown;
    if (Moved) {
      N.K.Now = Now;
      if (Balanced)
        Undone.insert(At);
      else
        N.Origin = At;
      N.Faulted = false;
      N.V.set(Values.pureCall(NestedEnsure, {}), {});
    }
    N.K.Critical += X.K.Critical;
    for (const Frame &Fr : X.K.Stack) {
      if (N.K.Stack.size() >= E.budget().StackDepth)
        return incomplete("more than " + std::to_string(E.budget().StackDepth) + " nested Ensure calls");
      N.K.Stack.push_back(Fr);
    }
  } else {
    // The callee's fault is told once; assume that it left the thread as it found it, unless it is a wrapper, which
    // never does.
    N.Faulted = true;
    if (isWrapper(C.Fn)) {
      N.Broken = true;
      N.K.Now = Thread::Unknown;
    }
  }
  // operator=(Ref other) { swap(object, other.object); }: what is passed by value is a temporary of the caller, which
  // destroys it. In C it is a copy, of which nobody learns.
  auto OfCopy = [&](ValueId V) {
    while (Theirs[V].Kind == ValueKind::Field || Theirs[V].Kind == ValueKind::Index)
      V = Theirs[V].A;
    return Theirs[V].Kind == ValueKind::Var &&
           (Theirs[V].Ref >= Args.size() || Values[Args[Theirs[V].Ref]].Kind != ValueKind::Temp);
  };
  for (const auto &[V, K] : X.Visible)
    if (ValueId Mine = OfCopy(V) ? 0 : Values.import(Theirs, V, Args))
      N.V.set(Mine, K);
  if (Ev.Result && X.Ret.Kind != FactKind::None)
    N.V.set(Values.of(Ev.Result), X.Ret);
  if (auto Shutdown = E.infos()[C.Fn].Shutdown; Ev.Result && Shutdown != FunctionInfo::ShutdownUnasked) {
    bool Running = Shutdown == FunctionInfo::ShutdownFalse;
    if (Running ? !X.Ret.nonNull() : !X.Ret.isNull())
      N.V.set(Values.of(Ev.Result), {FactKind::AsksFinalizing, 0, Running});
  }
  Out.push_back(std::move(N));
}

} // namespace gilray::flow
