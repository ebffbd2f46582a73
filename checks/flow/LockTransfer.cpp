// One event's effect on lock states.
#include "flow/LockSolver.h"
#include "llvm/ADT/STLExtras.h"

namespace gilray::flow {

using api::Effect;
using ir::EventKind;

void LockSolver::fact(LockFactKind K, const HeldLock &L, const LockState &S, Degree Sure, EventRef Other,
                      PathId Second) {
  if (!Recording || S.Uncertain)
    return;
  auto Same = [&](const LockEventFact &X) {
    return X.Kind == K && X.At == At && X.Lock.Lock == L.Lock && X.Second == Second;
  };
  auto It = llvm::find_if(Facts, Same);
  if (It == Facts.end()) {
    Facts.push_back({K, At, L, Degree::Never, 0, {}, false, Second});
    It = std::prev(Facts.end());
  }
  if (Sure > It->Sure) {
    It->Sure = Sure;
    It->Other = Other;
  }
  It->Threads |= 1u << unsigned(S.Thread);
}

void LockSolver::take(const LockTaking &T, const LockState &S) {
  if (!Recording)
    return;
  auto It = llvm::find_if(Summary.MayTake, [&](const LockTaking &X) {
    return X.Lock == T.Lock && X.Kind == T.Kind && X.Shared == T.Shared && X.Tries == T.Tries;
  });
  if (It != Summary.MayTake.end()) {
    It->Threads |= T.Threads;
    return;
  }
  if (Summary.MayTake.size() >= Limits.Takings)
    return incomplete("takes more than " + std::to_string(Limits.Takings) + " locks");
  Summary.MayTake.push_back(T);
}

/// The lock is waited for while others are held: an order that another thread must keep, too. Locks that one call takes
/// have none: std::lock waits for none while it has another.
void LockSolver::ordered(const LockState &S, const LockTaking &Next, llvm::ArrayRef<PathId> Except, EventRef Below) {
  if (Next.Tries || !Paths.className(Next.Lock))
    return;
  for (const HeldLock &H : S.Held)
    if (!H.critical() && H.Kind != LockKind::StaticInit && H.At != At && H.Lock != Next.Lock &&
        Paths.className(H.Lock) && !llvm::is_contained(Except, H.Lock))
      fact(LockFactKind::Ordered, H, S, Degree::Certain, Below, Next.Lock);
}

/// Takes a lock for sure: it was waited for.
void LockSolver::begin(LockState &S, const LockAction &A, PathId Lock, PathId Guard) {
  HeldLock L{Lock, A.Kind, A.Shared, A.Recursive, false, HeldLock::No, 1, Guard, At};
  L.Inert = L.critical() && !P.unit(Id).Facts.GilDisabled;
  HeldLock *Mine = S.find(Lock);
  bool Again = Mine && !L.critical() && !A.Recursive && !(A.Shared && Mine->Shared);
  if (Again && Paths.namesObject(Lock))
    fact(LockFactKind::DoubleLock, *Mine, S, Degree::Certain);
  if (!L.critical()) {
    fact(LockFactKind::TakenHere, L, S, Degree::Certain);
    if (llvm::is_contained(S.Dropped, Lock)) { // the caller's, given up for a while
      llvm::erase(S.Dropped, Lock);
      return;
    }
    LockTaking Mine{Lock, A.Kind, A.Shared, A.Recursive, false, uint8_t(1u << unsigned(S.Thread)), At};
    ordered(S, Mine, {}, {});
    take(Mine, S);
  }
  if (!Again)
    S.take(L);
}

/// A try-lock: both outcomes, each with what it says of the result.
void LockSolver::attempt(const ir::Event &E, const LockAction &A, llvm::ArrayRef<PathId> Locks, PathId Guard,
                         LockState S, States &Out) {
  LockState Failed = S;
  for (PathId L : Locks) {
    if (HeldLock *Mine = S.find(L); Mine && !Mine->Recursive && Mine->Guard == Guard)
      continue;
    LockTaking Mine{L, A.Kind, A.Shared, A.Recursive, true, uint8_t(1u << unsigned(S.Thread)), At};
    if (!Guard && Events.triesUntilTaken(At)) {
      Mine.Tries = false;
      fact(LockFactKind::TakenHere, {L, A.Kind, A.Shared, A.Recursive, false, HeldLock::No, 1, 0, At}, S,
           Degree::Certain);
      ordered(S, Mine, {}, {});
    }
    take(Mine, S);
    if (llvm::is_contained(S.Dropped, L))
      llvm::erase(S.Dropped, L);
    else
      S.take({L, A.Kind, A.Shared, A.Recursive, false, HeldLock::No, 1, Guard, At});
  }
  if (E.Result) {
    // true, or PY_LOCK_ACQUIRED
    learn(S, E.Result, A.ZeroHolds ? LockFact::Zero : LockFact::Const, 1);
    learn(Failed, E.Result, A.ZeroHolds ? LockFact::NonZero : LockFact::Zero);
  }
  bool Unasked = !E.Result && !Guard; // pthread_mutex_trylock(&m); with nobody asking: as good as taken
  Out.push_back(std::move(S));
  if (!Unasked)
    Out.push_back(std::move(Failed));
}

/// Under another name than it was taken by, a lock of the same field is taken for the same if one of the two names says
/// nothing of the object.
void LockSolver::releaseLock(LockState &S, PathId Lock) {
  if (!S.find(Lock) || !Paths.namesObject(Lock)) {
    NameId Class = Paths.className(Lock);
    auto Vague = [&](PathId X) {
      return Paths.mentions(X, [](const Path &N) {
        return N.Kind == PathKind::Unknown || N.Kind == PathKind::Local || N.Kind == PathKind::Result;
      });
    };
    for (unsigned I = S.Held.size(); I-- > 0;) {
      HeldLock &H = S.Held[I];
      if (H.critical() || Paths.className(H.Lock) != Class || !(Vague(H.Lock) || Vague(Lock)))
        continue;
      if (--H.Count == 0)
        S.remove(I);
      return;
    }
  }
  if (S.release(Lock))
    return;
  if (Recording)
    insertInOrder(Summary.GivesUp, Lock);
}

void LockSolver::endGuard(LockState &S, PathId Guard) {
  for (unsigned I = S.Held.size(); I-- > 0;)
    if (S.Held[I].Guard == Guard)
      S.remove(I);
}

/// Sections end in the order of nesting: all that one begin has entered.
void LockSolver::leaveSection(LockState &S, PathId Guard) {
  auto Last = llvm::find_if(llvm::reverse(S.Held),
                            [&](const HeldLock &H) { return H.critical() && (!Guard || H.Guard == Guard); });
  if (Last == S.Held.rend() && !P.unit(Id).Facts.GilDisabled)
    return; // there the macros are braces, and where they stand between statements is not exact
  if (Last == S.Held.rend())
    return fact(LockFactKind::SectionUnmatched, {0, LockKind::CriticalSection}, S, Degree::Certain);
  EventRef Began = Last->At;
  for (unsigned I = S.Held.size(); I-- > 0;)
    if (S.Held[I].critical() && S.Held[I].At == Began)
      S.remove(I);
}

void LockSolver::act(const ir::Event &E, const LockAction &A, LockState S, States &Out) {
  switch (A.Do) {
  case LockAction::Nothing:
  case LockAction::Once:
    break;
  case LockAction::Take:
    for (PathId L : A.Locks)
      begin(S, A, L);
    if (E.Result) // what can fail is not followed: PY_LOCK_INTR, EOWNERDEAD
      learn(S, E.Result, A.Kind == LockKind::PyThread ? LockFact::Const : LockFact::Zero, 1);
    break;
  case LockAction::Try:
    return attempt(E, A, A.Locks, 0, std::move(S), Out);
  case LockAction::Release:
    for (PathId L : A.Locks)
      releaseLock(S, L);
    break;
  case LockAction::Destroy:
    for (PathId L : A.Locks)
      if (S.find(L))
        S.release(L);
    break;
  case LockAction::MakeGuard:
    llvm::erase_if(S.Guards, [&](const GuardedLock &G) { return G.Guard == A.Guard; });
    for (PathId L : A.Locks)
      insertInOrder(S.Guards, GuardedLock{A.Guard, L, A.Kind, A.Shared});
    if (A.Deferred)
      break;
    if (A.Tries)
      return attempt(E, A, A.Locks, A.Guard, std::move(S), Out);
    for (PathId L : A.Locks)
      if (HeldLock *H = A.Adopted ? S.find(L) : nullptr)
        H->Guard = A.Guard;
      else if (!A.Adopted)
        begin(S, A, L, A.Guard);
    break;
  case LockAction::MoveGuard:
    for (HeldLock &H : S.Held)
      if (H.Guard == A.From)
        H.Guard = A.Guard;
    for (const GuardedLock &G : decltype(S.Guards)(S.Guards))
      if (G.Guard == A.From)
        insertInOrder(S.Guards, GuardedLock{A.Guard, G.Lock, G.Kind, G.Shared});
    llvm::erase_if(S.Guards, [&](const GuardedLock &G) { return G.Guard == A.From; });
    break;
  case LockAction::EndGuard:
    endGuard(S, A.Guard);
    llvm::erase_if(S.Guards, [&](const GuardedLock &G) { return G.Guard == A.Guard; });
    break;
  case LockAction::LockGuard:
  case LockAction::TryGuard: {
    llvm::SmallVector<PathId, 2> Locks;
    LockAction Named = A;
    for (const GuardedLock &G : S.Guards)
      if (G.Guard == A.Guard) {
        Locks.push_back(G.Lock);
        Named.Shared |= G.Shared;
      }
    if (Locks.empty())
      S.Uncertain = true; // made elsewhere
    if (A.Do == LockAction::TryGuard)
      return attempt(E, Named, Locks, A.Guard, std::move(S), Out);
    for (PathId L : Locks)
      begin(S, Named, L, A.Guard);
    break;
  }
  case LockAction::UnlockGuard:
    if (llvm::none_of(S.Held, [&](const HeldLock &H) { return H.Guard == A.Guard; }))
      S.Uncertain = true;
    endGuard(S, A.Guard);
    break;
  case LockAction::AskGuard:
    if (E.Result && llvm::any_of(S.Guards, [&](const GuardedLock &G) { return G.Guard == A.Guard; }))
      learn(S, E.Result,
            llvm::any_of(S.Held, [&](const HeldLock &H) { return H.Guard == A.Guard; }) ? LockFact::NonZero
                                                                                        : LockFact::Zero);
    break;
  case LockAction::Enter:
    for (unsigned I = 0; I < A.Locks.size(); ++I) {
      HeldLock L{A.Locks[I], A.Kind, false, true, !P.unit(Id).Facts.GilDisabled, HeldLock::No, 1, A.Guard, At};
      if (L.Inert && llvm::any_of(S.Held, [&](const HeldLock &H) { return H.Lock == L.Lock && H.Inert; }))
        continue;
      if (I == 0)
        S.take(L);
      else
        S.Held.push_back(L); // both at once: the first one is not given up for the second
    }
    break;
  case LockAction::Leave:
    leaveSection(S, A.Guard);
    break;
  case LockAction::InitBegin:
    for (PathId L : A.Locks)
      S.take({L, A.Kind, false, true, false, HeldLock::No, 1, 0, At});
    break;
  case LockAction::InitEnd:
    for (PathId L : A.Locks)
      S.release(L);
    break;
  }
  Out.push_back(std::move(S));
}

void LockSolver::threadEffect(LockState &S, const ir::Event &E, Effect Does) {
  auto Attach = [&] {
    if (S.Thread != Here::Attached) {
      if (S.Thread != Here::Unknown)
        for (const HeldLock &H : S.Held)
          if (!H.critical())
            fact(LockFactKind::AttachWhileHolding, H, S, Degree::Certain);
      if (Recording && !Summary.Attaches.valid() && S.Thread == Here::AsEntered)
        Summary.Attaches = At;
    }
    S.Thread == Here::Attached ? void() : S.attached();
  };
  auto Detach = [&] {
    if (S.Thread != Here::Detached)
      interruptions(S, Degree::Certain, Degree::Never, {}, {}, false);
    S.detached();
  };
  const api::Entry *A = Info.Targets[At.Block][At.Index].Api;
  switch (Does) {
  case Effect::Detach:
  case Effect::DetachArg:
  case Effect::DeleteCurrent:
    Detach();
    if (E.Result)
      learn(S, E.Result, LockFact::NonZero);
    break;
  case Effect::Attach:
  case Effect::NewInterpreter:
  case Effect::Initialize:
    Attach();
    break;
  case Effect::Ensure:
  case Effect::EnsureMayFail:
    if (S.Ensures.size() < 4)
      S.Ensures.push_back(S.Thread);
    else
      S.Uncertain = true;
    Attach();
    break;
  case Effect::Release:
    if (S.Ensures.empty()) {
      S.Released = std::min<uint8_t>(S.Released + 1, 8);
      S.Thread = Here::Unknown;
    } else if (Here Back = S.Ensures.pop_back_val(); Back == Here::Detached) {
      S.detached();
    } else {
      S.Thread = Back;
    }
    break;
  case Effect::Swap: {
    ir::ValueId To = A && A->Arg >= 0 && unsigned(A->Arg) < E.Args.size() ? E.Args[A->Arg] : 0;
    if (evaluate(S, To) == false)
      Detach();
    else
      Attach();
    break;
  }
  case Effect::EndInterpreter:
  case Effect::Finalize:
    S.Thread = Here::Unknown;
    break;
  default:
    break;
  }
}

/// The event may detach, or run Python code, while something is held. ComesBack: it attaches again before it ends.
void LockSolver::interruptions(LockState &S, Degree Detach, Degree Runs, llvm::ArrayRef<PathId> Except, EventRef Below,
                               bool ComesBack) {
  if (S.Thread == Here::Detached)
    return; // nothing to give up, and no Python either
  if (Recording) {
    Summary.Detaches.raise(Detach, At);
    Summary.RunsPython.raise(Runs, At);
    if (Detach >= Degree::Likely || Runs >= Degree::Likely)
      for (const HeldLock &H : S.Held) {
        if (llvm::is_contained(Except, H.Lock) || H.Suspended == HeldLock::Yes)
          continue;
        if (Detach >= Degree::Likely && (ComesBack || H.critical()))
          fact(H.critical() ? LockFactKind::SectionBroken : LockFactKind::AttachWhileHolding, H, S, Detach, Below);
        if (Runs >= Degree::Likely && !H.critical())
          fact(LockFactKind::PythonWhileHolding, H, S, Runs, Below);
      }
  }
  S.interrupted(Detach);
}

/// Is what the call takes null, so that it does nothing?
bool LockSolver::isSkipped(const LockState &S, const ir::Event &E, const link::Target &T) const {
  return T.Api && T.Api->NullOkArg >= 0 && unsigned(T.Api->NullOkArg) < E.Args.size() &&
         evaluate(S, E.Args[T.Api->NullOkArg]) == false;
}

/// What every call does that is not of a body in the program.
void LockSolver::disturb(LockState &S, const ir::Event &E, const link::Target &T) {
  if (!T.Api && !T.Named && T.Unresolved)
    interruptions(S, Degree::Never, Degree::Never, {}, {});
  clobber(S, E, {});
  if (T.Api)
    interruptions(S, T.Api->MayDetach, T.Api->RunsPython, {}, {});
}

/// What the answer says of the thread.
void LockSolver::ask(LockState &S, const ir::Event &E, const link::Target &T) const {
  if (T.Api && T.Api->Asks == api::Query::IsAttached && E.Result && S.Thread != Here::AsEntered &&
      S.Thread != Here::Unknown)
    learn(S, E.Result, S.Thread == Here::Attached ? LockFact::NonZero : LockFact::Zero);
}

void LockSolver::event(const ir::Event &E, States &Cur) {
  if (E.Kind == EventKind::Assign || E.Kind == EventKind::Write) {
    PathId Unlocked = E.Kind == EventKind::Write ? Events.unspins(At) : 0;
    for (LockState &S : Cur) {
      assign(S, E);
      if (Unlocked)
        S.release(Unlocked);
    }
    return;
  }
  if (E.Kind == EventKind::Read)
    return;
  const bool IsGuard = E.Kind == EventKind::GuardEnter || E.Kind == EventKind::GuardLeave;
  LockAction A = Events.action(At);
  auto Effects = Events.threadEffects(At);
  static const link::Target NoTarget;
  const link::Target &T = IsGuard ? NoTarget : Info.Targets[At.Block][At.Index];
  // Destructors with bodies that the end of a library object comes down to.
  llvm::SmallVector<FnId, 2> Bodies(T.Fns.begin(), T.Fns.end());
  if (!IsGuard)
    for (const Action &X : Info.Actions[At.Block][At.Index])
      if (X.Fn != link::NoFn && !X.OfPart)
        Bodies.push_back(X.Fn);
  const bool HandsOver = !IsGuard && Events.handsOverLock(At);
  const bool NoReturn = (T.Api && T.Api->NoReturn) || (T.Named && T.Named->NoReturn);
  // Most calls neither lock nor attach, and most points have one state, which there is no need to move about then.
  if (Cur.size() == 1 && A.Do == LockAction::Nothing && Effects.empty() && Bodies.empty() && !HandsOver && !NoReturn &&
      E.Unwind == ir::NoBlock) {
    LockState &S = Cur.front();
    if (isSkipped(S, E, T))
      return;
    disturb(S, E, T);
    return ask(S, E, T);
  }
  States Out;
  for (LockState &S : Cur) {
    if (isSkipped(S, E, T)) {
      Out.push_back(std::move(S));
      continue;
    }
    // What lock() and unlock() throw, std::system_error for a broken lock, is for no handler that knows what is held.
    const bool Locks = A.Do == LockAction::Take || A.Do == LockAction::Try || A.Do == LockAction::Release;
    if (E.Unwind != ir::NoBlock && (Bodies.empty() || T.Api) && !Locks) {
      LockState X = S;
      X.Guessed = true;
      propagate(E.Unwind, std::move(X));
    }
    if (!T.Api && !Bodies.empty()) {
      for (FnId G : Bodies) {
        if (E.Unwind != ir::NoBlock && Summaries[G].Neutral) {
          LockState X = S;
          X.Guessed |= !Infos[G].Throws;
          propagate(E.Unwind, std::move(X));
        }
        call(S, E, G, Bodies.size() == 1, Out);
      }
      continue;
    }
    disturb(S, E, T);
    S.Uncertain |= HandsOver;
    for (FnId G : Bodies) { // functions that the call runs before it returns
      States Ignored;
      LockState During = S;
      if (A.Do == LockAction::Once)
        for (PathId L : A.Locks)
          During.take({L, A.Kind, false, true, false, HeldLock::No, 1, 0, At});
      call(During, E, G, false, Ignored);
    }
    for (Effect X : Effects)
      threadEffect(S, E, X);
    ask(S, E, T);
    if (NoReturn)
      continue;
    act(E, A, std::move(S), Out);
  }
  Cur.clear();
  for (LockState &S : Out)
    merge(Cur, std::move(S));
  if (Cur.size() > Limits.StatesPerPoint)
    incomplete("more than " + std::to_string(Limits.StatesPerPoint) + " lock states at one place");
}

} // namespace gilray::flow
