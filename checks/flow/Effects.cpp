// What the API model says of a call: needs, effects on the thread state, queries.
#include "flow/Solver.h"
#include "llvm/ADT/STLExtras.h"

namespace gilray::flow {

using api::Effect;

void Solver::setThread(State &S, Thread T) {
  if (S.K.Now == T || S.Broken)
    return;
  S.K.Now = T;
  S.Origin = At;
  S.Faulted = false;
  S.V.set(Values.pureCall(UsedApi, {}), {});
}

void Solver::needs(State &S, const ir::Event &Ev, const api::Entry *A, api::Weight W, StringRef Subject) {
  if (W == api::Weight::None || (S.Guessed && Ev.Implicit))
    return;
  Observed Kind;
  if (mayNotCallApi(S.K.Now) || (S.K.Now == Thread::BeforeInit && W == api::Weight::Error))
    Kind = Observed::ApiWithoutThreadState;
  else if (S.K.Now == Thread::Finalised)
    Kind = Observed::AttachFinalised;
  else {
    if (S.K.Now == Thread::Attached && W == api::Weight::Error && A)
      S.V.set(Values.pureCall(UsedApi, {}), {FactKind::NonNull});
    return;
  }
  Observation &O = observe(S, Kind);
  O.Api = A;
  O.Weight = W;
  // "boost::python::api::object_operators::operator _object *(...)() const" says less than what it does.
  size_t Conversion = Subject.find("::operator ");
  O.Subject =
      Conversion == StringRef::npos ? Subject.str() : "converting a '" + Subject.take_front(Conversion).str() + "'";
  if (W != api::Weight::Note)
    S.Faulted = true;
}

void Solver::api(State S, const ir::Event &Ev, const api::Entry &A, States &Out) {
  auto Arg = [&](int I) { return I >= 0 && unsigned(I) < Ev.Args.size() ? Values.of(Ev.Args[I]) : 0; };
  if (A.NullOkArg >= 0 && factOf(S, Arg(A.NullOkArg)).isNull()) {
    Out.push_back(std::move(S));
    return;
  }
  if (A.Result == api::Returns::Argument && Ev.Result && Ev.Args.size() == 1) {
    S.V.set(Values.of(Ev.Result), {FactKind::Alias, Arg(0)});
    Out.push_back(std::move(S));
    return;
  }
  if (A.Swaps || A.Exchanges) {
    takesPlaces(S, Ev, A);
    Out.push_back(std::move(S));
    return;
  }
  // Functions that the call runs before it returns, in the state of the call.
  if (const link::Target &T = Info.Targets[At.Block][At.Index]; !T.Fns.empty()) {
    States Ignored;
    callBodies(S, Ev, T.Fns, {}, Ignored);
  }
  StringRef Name = Info.Targets[At.Block][At.Index].Named ? Info.Targets[At.Block][At.Index].Named->Name : A.Name;
  bool Python = A.Home != ir::HeaderClass::Libc && A.Home != ir::HeaderClass::Std;
  if (S.K.Now == Thread::AsyncSignal) {
    if (!A.AsyncSignalSafe && !A.NoReturn &&
        (Python ? A.Needs != api::Need::Nothing || A.Does != Effect::None : true)) {
      Observation &O = observe(S, Observed::NotAsyncSignalSafe);
      O.Api = &A;
      O.Subject = Name.str();
      S.Faulted = true;
    }
  } else if (A.Needs == api::Need::Attached && (A.Does == Effect::None || A.Does == Effect::CriticalEnter)) {
    needs(S, Ev, &A, A.Use, Name);
  }
  if (A.SharedStatic && mayNotCallApi(S.K.Now) && !S.Locks && (A.Arg < 0 || isShared(Arg(A.Arg)))) {
    Observation &O = observe(S, Observed::SharedLibc);
    O.Api = &A;
    O.Subject = Name.str();
  }
  if (A.GilState && (A.Does == Effect::Ensure)) {
    Observation &O = observe(S, Observed::GilState);
    O.Api = &A;
    O.Subject = Name.str();
  }
  if (const ir::Callee *C = Info.Targets[At.Block][At.Index].Named; C && !Python)
    outParameters(S, Ev, *C, &A);
  killArguments(S, Ev);
  killExposed(S, Ev);
  if (Recording && mayNotCallApi(S.K.Now) && A.Home == ir::HeaderClass::System) // PQexec(conn, ...) runs callbacks, too
    D.Foreign.push_back({At, S.K.Now});
  if (const ir::Callee *C = Info.Targets[At.Block][At.Index].Named)
    givesUp(S, Ev, *C);
  switch (A.Lock) {
  case api::LockOp::TryLock:
    if (A.Kind == api::LockKind::None) // a wait with a time limit
      break;
    [[fallthrough]];
  case api::LockOp::Lock:
    S.Locks = std::min<uint8_t>(S.Locks + 1, 3);
    break;
  case api::LockOp::Unlock:
    S.Locks -= S.Locks > 0;
    break;
  default:
    break;
  }
  ValueId Result = Ev.Result ? Values.of(Ev.Result) : 0;
  if (Result) {
    if (A.Asks == api::Query::IsAttached) // the answer stays what it is when the state changes later
      S.V.set(Result, {S.K.Now == Thread::Attached ? FactKind::NonNull
                       : mayNotCallApi(S.K.Now)    ? FactKind::Null
                                                   : FactKind::AsksAttached});
    else if (A.Asks == api::Query::IsInitialized)
      S.V.set(Result, {FactKind::AsksInitialized});
    else if (A.Asks == api::Query::IsFinalizing)
      S.V.set(Result, {FactKind::AsksFinalizing});
    else if (A.Result == api::Returns::NonNull)
      S.V.set(Result, {FactKind::NonNull});
    else if (A.Result == api::Returns::Null)
      S.V.set(Result, {FactKind::Null});
    else if (A.Pure) {
      llvm::SmallVector<ValueId, 4> Args;
      for (ValueId V : Ev.Args) { // PyDataType_REFCHK(PyArray_DESCR(a)) is the same however often it is spelled out
        ValueId Same = resolve(S, Values.of(V));
        Args.push_back(Values.isPureCall(Same) ? Same : Values.of(V));
      }
      if (ValueId Key = Values.pureCall(Name, Args))
        S.V.set(Result, {FactKind::Alias, Key});
    } else if (A.Forks)
      S.V.set(Result, {FactKind::ForkResult});
  }
  if (A.OutArg >= 0 && Ev.Kind == ir::EventKind::Macro) // Py_CLEAR(x) assigns to x
    if (ValueId X = Arg(A.OutArg)) {
      S.V.drop(
          [&](ValueId V, const Fact &K) { return Values.contains(V, X) || (K.Other && Values.contains(K.Other, X)); });
      if (A.SetsNull)
        S.V.set(X, {FactKind::Null});
    }
  if (A.Untracks)
    S.V.set(Values.pureCall(Untracked, {}), {FactKind::NonNull});
  if (A.Does == Effect::Detach && P.hasRole(D.Fn, "dealloc") && !S.V.get(Values.pureCall(Untracked, {})))
    observe(S, Observed::DetachHere).Subject = "dealloc";
  if (A.Does == Effect::Detach && (P.hasRole(D.Fn, "traverse") || P.hasRole(D.Fn, "clear")))
    observe(S, Observed::DetachHere).Subject = P.hasRole(D.Fn, "traverse") ? "traverse" : "clear";
  if (Ev.Unwind != ir::NoBlock) {
    State X = S;
    X.Guessed = true;
    propagate(Ev.Unwind, X, AtPoint, AtEntry, 0, At);
  }
  if (A.Jumps)
    return jump(std::move(S), Arg(A.Arg));
  if (A.NoReturn)
    return;
  if (A.Does == Effect::None) {
    Out.push_back(std::move(S));
    return;
  }
  effect(std::move(S), Ev, A.Does, Arg(A.Arg), &A, Out);
}

void Solver::effect(State S, const ir::Event &Ev, Effect Does, ValueId Arg, const api::Entry *A, States &Out) {
  ValueId Result = Ev.Result ? Values.of(Ev.Result) : 0;
  if (S.Broken) // stays unknown, so that it never joins a state that is still judged
    return Out.push_back(std::move(S));
  bool Guard = A == nullptr; // an RAII object: its own path holds the saved state
  if (S.K.Now == Thread::Caller && Does != Effect::Ensure && Does != Effect::Release)
    S.K.Now = Thread::Unknown;
  auto Fault = [&](Observed Kind) -> Observation & {
    Observation &O = observe(S, Kind);
    O.Api = A;
    if (A)
      O.Subject = A->Name.str();
    S.Broken = true;
    S.K = {};
    S.K.Now = Thread::Unknown;
    return O;
  };
  switch (Does) {
  case Effect::None:
    break;
  case Effect::Detach:
    if (mayNotCallApi(S.K.Now) && storesIntoEmptySlot(S, Ev))
      return; // if (!s->save) s->save = PyEval_SaveThread(): the slot would not be empty
    if (mayNotCallApi(S.K.Now)) {
      Fault(Observed::DetachWhileDetached);
    } else {
      setThread(S, Thread::Detached);
    }
    S.V.set(Guard ? Arg : Result, {FactKind::Saved, 0, 0, At});
    break;
  case Effect::DetachArg:
  case Effect::DeleteCurrent:
    if (mayNotCallApi(S.K.Now))
      Fault(Observed::DetachWhileDetached);
    else
      setThread(S, Thread::Detached);
    if (Arg && Does == Effect::DetachArg)
      S.V.set(Arg, {FactKind::Saved, 0, 0, At});
    break;
  case Effect::Attach: {
    Fact K = factOf(S, Arg);
    if (Guard && (K.isNull() || K.Kind == FactKind::Restored))
      break; // disarmed
    bool Bad = Arg && (K.isNull() || K.Kind == FactKind::Undef || K.Kind == FactKind::Deleted ||
                       (K.Kind == FactKind::Restored && S.K.Now != Thread::Attached));
    // A new thread that has not attached yet can only have been given the state of the thread that saved it.
    bool Foreign = S.K.Now == Thread::NoState && !S.Origin.valid() && Values[Arg].Kind == ValueKind::Field &&
                   K.Kind != FactKind::Saved && E.infos().holdsSavedState(Values[Arg].Name);
    if (Foreign) {
      Observation &O = Fault(Observed::BadThreadState);
      O.StateFact = FactKind::Saved;
      O.Subject = Values.spell(Arg);
    } else if (Bad && S.K.Now != Thread::Unknown) {
      Observation &O = Fault(Observed::BadThreadState);
      O.StateFact = K.isNull() ? FactKind::Null : K.Kind;
      O.StateAt = K.At;
      O.Subject = Values.spell(Arg);
    } else if (S.K.Now == Thread::Attached && K.Kind == FactKind::NonNull && Values[Arg].Name &&
               E.infos().holdsThreadState(Values[Arg].Name)) {
      return; // if (s->save) PyEval_RestoreThread(s->save): attached, the slot would be empty
    } else if (S.K.Now == Thread::Attached) {
      Observation &O = Fault(Observed::AttachWhileAttached);
      O.StateFact = K.Kind;
      O.StateAt = K.At;
    } else if (S.K.Now == Thread::Finalised) {
      observe(S, Observed::AttachFinalised).Api = A;
      setThread(S, Thread::Attached);
    } else if (S.K.Now == Thread::AsyncSignal) {
      setThread(S, Thread::Unknown);
    } else {
      setThread(S, Thread::Attached);
      S.Origin = At;
    }
    S.V.set(Arg, {FactKind::Restored, 0, 0, At});
    break;
  }
  case Effect::Ensure:
  case Effect::EnsureMayFail: {
    if (S.K.Now == Thread::AsyncSignal) {
      S.K.Now = Thread::Unknown;
      break;
    }
    if (S.K.Now == Thread::Finalised) {
      Observation &O = observe(S, Observed::AttachFinalised);
      O.Api = A;
      if (A)
        O.Subject = A->Name.str();
    }
    if (Does == Effect::EnsureMayFail && Result) {
      State Failed = S;
      Failed.V.set(Result, {FactKind::Null});
      Out.push_back(std::move(Failed));
    }
    if (llvm::any_of(S.K.Stack, [&](const Frame &Fr) { return Fr.At == At; })) {
      // Again in a loop, and the last one was not released: that is told where the function is left with it.
      S.Broken = true;
      S.K = {};
      S.K.Now = Thread::Unknown;
      break;
    }
    if (S.K.Stack.size() >= E.budget().StackDepth)
      return incomplete("more than " + std::to_string(E.budget().StackDepth) + " nested Ensure calls");
    S.V.set(
        Values.pureCall(NestedEnsure, {}),
        {S.K.Now == Thread::Attached && S.V.get(Values.pureCall(UsedApi, {})) ? FactKind::NonNull : FactKind::None});
    S.K.Stack.push_back({S.K.Now, At});
    S.K.Now = Thread::Attached;
    S.Origin = At;
    S.Faulted = false;
    S.V.set(Guard ? Arg : Result, {FactKind::Cookie, 0, Does == Effect::EnsureMayFail, At});
    break;
  }
  case Effect::Release: {
    Fact K = factOf(S, Arg);
    if (Guard && (K.isNull() || K.Kind == FactKind::Restored))
      break;
    if (S.K.Now == Thread::Unknown && S.K.Stack.empty() && !neverEnsured(S, Arg))
      break;
    // A pair of callbacks: enter() { PyGILState_Ensure(); } and leave() { PyGILState_Release(PyGILState_UNLOCKED); }
    if (mayNotCallApi(S.K.Now) && S.K.Stack.empty() && E.infos().dropsCookie() && K.Kind != FactKind::Restored)
      break;
    if (mayNotCallApi(S.K.Now) && A)
      needs(S, Ev, A, api::Weight::Error, A->Name);
    if (S.K.Stack.empty()) {
      if (K.Kind == FactKind::Restored) {
        Fault(Observed::ReleaseUnmatched).StateAt = K.At;
      } else {
        Observation &O = observe(S, Observed::ReleaseUnmatched);
        O.Api = A;
        // Perhaps the caller's: only an entry point may be judged.
        O.StateFact = neverEnsured(S, Arg) ? FactKind::Undef : FactKind::NonNull;
        if (S.K.Popped < 8)
          ++S.K.Popped;
        S.K.Now = Thread::Caller;
        S.Origin = At;
      }
    } else {
      // The cookie names the Ensure: releasing another than the last one is out of order.
      if (K.Kind == FactKind::Cookie && K.At != S.K.Stack.back().At &&
          llvm::any_of(S.K.Stack, [&](const Frame &Fr) { return Fr.At == K.At; })) {
        EventRef Last = S.K.Stack.back().At;
        Fault(Observed::ReleaseOutOfOrder).StateAt = Last;
      } else {
        Frame Top = S.K.Stack.pop_back_val();
        Released.insert(Top.At);
        S.V.set(Values.pureCall(NestedEnsure, {}), {});
        S.K.Now = Top.Before;
        S.Origin = At;
        S.Faulted = false;
      }
    }
    S.V.set(Arg, {FactKind::Restored, 0, 0, At});
    break;
  }
  case Effect::Swap: {
    Fact K = factOf(S, Arg);
    bool ToNull = K.isNull();
    if (K.Kind == FactKind::Deleted) {
      Observation &O = Fault(Observed::BadThreadState);
      O.StateFact = K.Kind;
      O.StateAt = K.At;
      O.Subject = Values.spell(Arg);
      break;
    }
    if (ToNull)
      setThread(S, Thread::Detached);
    else if (S.K.Now != Thread::Attached)
      setThread(S, Thread::Attached);
    if (Result)
      S.V.set(Result, ToNull ? Fact{FactKind::Saved, 0, 0, At} : Fact{});
    break;
  }
  case Effect::NewInterpreter:
  case Effect::Initialize:
    setThread(S, Thread::Attached);
    break;
  case Effect::EndInterpreter:
    setThread(S, Thread::Unknown);
    S.V.set(Arg, {FactKind::Deleted, 0, 0, At});
    break;
  case Effect::Finalize: // takes all thread states with it
    setThread(S, Thread::BeforeInit);
    S.K.Stack.clear();
    break;
  case Effect::DeleteState:
    S.V.set(Arg, {FactKind::Deleted, 0, 0, At});
    break;
  case Effect::CriticalEnter:
    // How deep they nest matters to the locks. Where the macro is nothing but a brace, its event may stand in the head
    // of the loop that follows, and is passed on every turn.
    if (S.K.Critical < 2)
      ++S.K.Critical;
    break;
  case Effect::CriticalLeave:
    S.K.Critical -= S.K.Critical > 0;
    break;
  }
  Out.push_back(std::move(S));
}

/// May another thread name the same thing? A field of some object or a global; not a local variable.
/// Is this what no PyGILState_Ensure returned: a constant, or a local variable that holds one or nothing yet? Releasing
/// it undoes somebody else's Ensure, whatever the thread was before:
///   PyGILState_STATE state; if (job->foreign) state = PyGILState_Ensure(); run(job); PyGILState_Release(state);
/// A program that drops the result of an Ensure may mean just that.
bool Solver::neverEnsured(const State &S, ValueId V) const {
  ValueKind Is = Values[V].Kind;
  if (E.infos().dropsCookie() || (Is != ValueKind::Int && (Is != ValueKind::Var || Values[V].Ref < F.NumParams)))
    return false;
  FactKind Known = factOf(S, V).Kind;
  return Known == FactKind::Undef || Known == FactKind::Const || Known == FactKind::Null;
}

bool Solver::isShared(ValueId V) const {
  return V && (Values[V].Kind == ValueKind::Field || Values[V].Kind == ValueKind::Global);
}

/// Is the result of this call stored next, into a slot for thread states that is known to be empty?
bool Solver::storesIntoEmptySlot(const State &S, const ir::Event &Ev) const {
  const auto &Events = F.Blocks[At.Block].Events;
  for (uint32_t I = At.Index + 1; I < Events.size(); ++I)
    if (Events[I].Kind == ir::EventKind::Write && Ev.Result && Events[I].Src == Ev.Result) {
      ValueId Slot = Values.of(Events[I].Dst);
      return Values[Slot].Name && E.infos().holdsThreadState(Values[Slot].Name) && factOf(S, Slot).isNull();
    }
  return false;
}

/// std::swap(a, b), a.swap(b), std::exchange(a, b): what is known moves with the content.
void Solver::takesPlaces(State &S, const ir::Event &Ev, const api::Entry &A) {
  if (Ev.Args.size() != 2)
    return;
  ValueId X = Values.deref(resolve(S, Values.of(Ev.Args[0]))), Y = Values.deref(resolve(S, Values.of(Ev.Args[1])));
  Fact First = factOf(S, X), Second = factOf(S, A.Swaps ? Y : Values.of(Ev.Args[1]));
  if (A.Exchanges && Second.Kind == FactKind::None)
    Second = factOf(S, Y);
  auto Forget = [&](ValueId Path) {
    S.V.drop([&](ValueId V, const Fact &K) {
      return Values.contains(V, Path) || (K.Other && Values.contains(K.Other, Path));
    });
  };
  Forget(X);
  S.V.set(X, Second);
  if (A.Swaps) {
    Forget(Y);
    S.V.set(Y, First);
  } else if (Ev.Result) {
    S.V.set(Values.of(Ev.Result), First);
  }
}

/// An owner of parts is made: of nothing, of another owner that gives up its parts, or of a pointer.
void Solver::ownerMade(State &S, const ir::Event &Ev, const ir::Callee &C) {
  ValueId Object = Values.deref(Values.of(Ev.Args[0]));
  if (Ev.Args.size() == 1) {
    S.V.set(Object, {FactKind::Null});
    return;
  }
  const ir::Type &First = U.Types[C.Params.empty() ? 0 : C.Params[0]];
  ValueId From = Values.of(Ev.Args[1]);
  if (Ev.Args.size() == 2 && First.Spelling.ends_with("&&") && U.Types[First.Inner].Record == C.Record) {
    From = Values.deref(resolve(S, From));
    Fact Moved = factOf(S, From);
    S.V.set(Object, Moved);
    S.V.set(From, {FactKind::Null});
  } else if (Fact Given = factOf(S, From); First.Kind == ir::TypeKind::Pointer) {
    bool Told = Given.isNull() || Given.Kind == FactKind::Saved || Given.Kind == FactKind::Cookie;
    S.V.set(Object, Told ? Given : Fact{});
  }
}

/// Constructing, copying or destroying an object that owns a Python reference.
void Solver::holder(State &S, const ir::Event &Ev, const Action &A) {
  ValueId Object = Ev.Args.empty() || A.OfPart ? 0 : Values.deref(Values.of(Ev.Args[0]));
  std::string Type = A.Type->Record.str();
  if (Ev.Kind != ir::EventKind::Construct) { // destroyed, or emptied by a call
    if (Object && factOf(S, Object).isNull())
      return; // moved from, released or never filled
    needs(S, Ev, nullptr, api::Weight::Error, "destroying a '" + Type + "'");
    return;
  }
  if (Ev.Args.size() <= 1) { // default construction owns nothing
    S.V.set(Object, {FactKind::Null});
    return;
  }
  const ir::Callee *C = Ev.Callee ? &U.Callees[Ev.Callee] : nullptr;
  bool Move = C && C->Params.size() == 1 && U.Types[C->Params[0]].Spelling.ends_with("&&");
  if (Move) {
    ValueId From = Values.deref(Values.of(Ev.Args[1]));
    S.V.set(Object, factOf(S, From).isNull() ? Fact{FactKind::Null} : Fact{FactKind::NonNull});
    S.V.set(From, {FactKind::Null});
    return;
  }
  needs(S, Ev, nullptr, api::Weight::Error, "creating a '" + Type + "'");
  S.V.set(Object, {FactKind::NonNull});
}

/// o.release(): what the object owned is the caller's now. o.reset(): it owned it up to now.
bool Solver::givesUp(State &S, const ir::Event &Ev, const ir::Callee &C) {
  const api::TypeEntry *T = C.Record.empty() || Ev.Args.empty() ? nullptr : P.model().type(C.Record);
  if (!T || !(llvm::is_contained(T->GivesUp, methodName(C)) ||
              (T->Holder && Ev.Args.size() == 1 && llvm::is_contained(T->Empties, methodName(C)))))
    return false;
  ValueId Object = Values.of(Ev.Args[0]);
  while (Values[Object].Kind == ValueKind::Cast) // a method of the base class
    Object = Values[Object].A;
  S.V.set(Values.deref(Object), {FactKind::Null});
  return true;
}

/// Methods of reference holders that the model does not list one by one; false when it is something else.
bool Solver::holderMethod(State &S, const ir::Event &Ev, const ir::Callee &C) {
  const api::TypeEntry *T = C.Record.empty() ? nullptr : P.model().type(C.Record);
  if (!T || !(T->Holder || T->OwnsArgs || T->Destroys != Effect::None) || Ev.Args.empty())
    return false;
  ValueId Object = Values.deref(Values.of(Ev.Args[0]));
  StringRef Method = methodName(C);
  if (givesUp(S, Ev, C))
    return true;
  if ((T->OwnsArgs || T->Holder) && Method == "swap" && Ev.Args.size() == 2) {
    takesPlaces(S, Ev, {.Swaps = true});
    return true;
  }
  bool Single = !T->Fills.empty() || !T->GivesUp.empty() || !T->Empties.empty();
  if (T->OwnsArgs && !T->SharedOwner && Single && Ev.Kind == ir::EventKind::Construct) {
    ownerMade(S, Ev, C);
    return true;
  }
  if (T->OwnsArgs && (Method == "operator=" || llvm::is_contained(T->Empties, Method))) {
    // Moving out of an owner, or emptying it, leaves nothing to destroy.
    bool Emptied = Ev.Args.size() < 2 || factOf(S, Values.of(Ev.Args[1])).isNull(); // reset(), reset(nullptr)
    bool From = Method == "operator=" && Ev.Args.size() > 1 && !C.Params.empty() &&
                U.Types[C.Params[0]].Spelling.ends_with("&&");
    if (From)
      S.V.set(Values.deref(resolve(S, Values.of(Ev.Args[1]))), {FactKind::Null});
    S.V.set(Object, From || !Emptied ? Fact{FactKind::NonNull} : Fact{FactKind::Null});
    return true;
  }
  if (T->Holder && Method == "operator=" && Ev.Args.size() > 1) {
    ValueId From = Values.deref(Values.of(Ev.Args[1]));
    bool Move = !C.Params.empty() && U.Types[C.Params[0]].Spelling.ends_with("&&");
    Fact Old = factOf(S, Object), New = factOf(S, From);
    if (!Old.isNull() || (!Move && !New.isNull()))
      needs(S, Ev, nullptr, api::Weight::Error, "assigning to a '" + T->Record.str() + "'");
    S.V.set(Object, New.isNull() ? Fact{FactKind::Null} : Fact{FactKind::NonNull});
    if (Move)
      S.V.set(From, {FactKind::Null});
    return true;
  }
  return false;
}

} // namespace gilray::flow
