#include "flow/LockEvents.h"
#include "llvm/ADT/STLExtras.h"

namespace gilray::flow {

using api::Effect;
using api::LockOp;
using ir::EventKind;

static bool isCall(const ir::Event &E) {
  switch (E.Kind) {
  case EventKind::Call:
  case EventKind::Macro:
  case EventKind::Construct:
  case EventKind::Destroy:
  case EventKind::Fork:
    return true;
  default:
    return false;
  }
}

/// Does the value point to a lock of a known type, and not to a Python object?
bool LockEvents::isMutex(FnId F, ir::ValueId V) const {
  bool Address = P.fn(F).Values[V].Kind == ir::ValueKind::AddrOf;
  ir::TypeId T = P.typeOf(F, Address ? P.fn(F).Values[V].A : V);
  const ir::Unit &U = P.unit(F);
  StringRef Record = U.Types[U.Types[T].Kind == ir::TypeKind::Pointer ? U.Types[T].Inner : T].Record;
  const api::TypeEntry *E = P.model().type(Record);
  return E && E->IsLock;
}

LockAction LockEvents::action(EventRef At) const {
  const ir::Event &E = P.event(At);
  LockAction L;
  if (E.Kind == EventKind::GuardEnter || E.Kind == EventKind::GuardLeave) {
    L.Do = E.Kind == EventKind::GuardEnter ? LockAction::InitBegin : LockAction::InitEnd;
    L.Kind = LockKind::StaticInit;
    L.Recursive = true;
    L.Locks.push_back(Paths.of(At.Fn, E.Dst));
    return L;
  }
  if (!isCall(E))
    return L;
  const api::Entry *A = Infos[At.Fn].Targets[At.Block][At.Index].Api;
  if (!A) {
    for (const Action &X : Infos[At.Fn].Actions[At.Block][At.Index]) {
      if (!X.Type || X.OfPart || E.Args.empty())
        continue;
      Effect Does = E.Kind == EventKind::Construct ? X.Type->Constructs : X.Type->Destroys;
      if (Does != Effect::CriticalEnter && Does != Effect::CriticalLeave)
        continue;
      L.Do = Does == Effect::CriticalEnter ? LockAction::Enter : LockAction::Leave;
      L.Kind = LockKind::CriticalSection;
      L.Guard = pointee(At, E, 0);
      for (unsigned I = 1; I < E.Args.size(); ++I)
        if (PathId X = Paths.of(At.Fn, E.Args[I]))
          L.Locks.push_back(isMutex(At.Fn, E.Args[I]) ? Paths.deref(X) : Paths.objectLock(X));
    }
    return L;
  }
  if (A->Does == Effect::CriticalEnter || A->Does == Effect::CriticalLeave) {
    L.Do = A->Does == Effect::CriticalEnter ? LockAction::Enter : LockAction::Leave;
    L.Kind = LockKind::CriticalSection;
    for (unsigned I = std::max<int>(A->Arg, 0); A->Does == Effect::CriticalEnter && I < E.Args.size(); ++I) {
      PathId X = Paths.of(At.Fn, E.Args[I]);
      L.Locks.push_back(!X ? Paths.unknown() : isMutex(At.Fn, E.Args[I]) ? Paths.deref(X) : Paths.objectLock(X));
    }
    return L;
  }
  if (A->Lock == LockOp::None || A->Kind == LockKind::None || A->Kind == LockKind::Semaphore || A->Arg < 0)
    return L;
  L.Kind = A->Kind;
  L.Shared = A->Shared;
  L.Recursive = A->Recursive;
  L.ZeroHolds = A->ZeroHolds;
  const ir::Callee *C = E.Callee ? &P.unit(At.Fn).Callees[E.Callee] : nullptr;
  const api::TypeEntry *T = C && !C->Record.empty() ? P.model().type(C->Record) : nullptr;
  if (T && T->LockGuard)
    return guardAction(At, E, *A, L);
  // std::lock(a, b): all of them. Others have one.
  bool Many = A->Kind == LockKind::Std && (!C || C->Record.empty());
  for (unsigned I = A->Arg; I < E.Args.size() && (Many || I == unsigned(A->Arg)); ++I)
    L.Locks.push_back(pointee(At, E, I));
  if (L.Locks.empty() || llvm::is_contained(L.Locks, 0u))
    L.Locks.assign(1, Paths.unknown());
  L.Recursive |= mayBeRecursive(L.Locks.front());
  switch (A->Lock) {
  case LockOp::Lock: {
    ir::ValueId Wait = A->WaitArg >= 0 && unsigned(A->WaitArg) < E.Args.size() ? E.Args[A->WaitArg] : 0;
    const ir::Value &W = P.fn(At.Fn).Values[Wait];
    // PyThread_acquire_lock(lock, WAIT_LOCK) cannot fail; with a variable, or a time-out, it can.
    bool Waits = A->WaitArg < 0 || (W.Kind == ir::ValueKind::Int && (W.Int == 1 || W.Int == -1));
    L.Do = Waits ? LockAction::Take : LockAction::Try;
    break;
  }
  case LockOp::TryLock:
    L.Do = LockAction::Try;
    break;
  case LockOp::Unlock:
    L.Do = LockAction::Release;
    break;
  case LockOp::Destroy:
    L.Do = LockAction::Destroy;
    break;
  case LockOp::Once:
    L.Do = LockAction::Once;
    break;
  default:
    break;
  }
  return L;
}

LockAction LockEvents::guardAction(EventRef At, const ir::Event &E, const api::Entry &A, LockAction L) const {
  L.Guard = pointee(At, E, 0);
  if (E.Kind == EventKind::Destroy) {
    L.Do = LockAction::EndGuard;
    return L;
  }
  if (E.Kind != EventKind::Construct) {
    L.Do = A.Lock == LockOp::Lock      ? LockAction::LockGuard
           : A.Lock == LockOp::TryLock ? LockAction::TryGuard
           : A.Lock == LockOp::Unlock  ? LockAction::UnlockGuard
           : A.Lock == LockOp::Holds   ? LockAction::AskGuard
                                       : LockAction::Nothing;
    return L;
  }
  const ir::Unit &U = P.unit(At.Fn);
  const ir::Callee &C = U.Callees[E.Callee];
  if (C.Params.size() == 1 && U.Types[C.Params[0]].Spelling.ends_with("&&")) {
    L.Do = LockAction::MoveGuard;
    L.From = pointee(At, E, 1);
    return L;
  }
  L.Do = LockAction::MakeGuard;
  for (unsigned I = 1; I < E.Args.size(); ++I) {
    const ir::Type *T = I - 1 < C.Params.size() ? &U.Types[C.Params[I - 1]] : nullptr;
    if (T && (T->Kind == ir::TypeKind::Reference || T->Kind == ir::TypeKind::Pointer))
      T = &U.Types[T->Inner];
    const api::TypeEntry *Tag = T && !T->Record.empty() ? P.model().type(T->Record) : nullptr;
    if (Tag && (Tag->DefersLock || Tag->AdoptsLock || Tag->TriesLock)) {
      L.Deferred |= Tag->DefersLock;
      L.Adopted |= Tag->AdoptsLock;
      L.Tries |= Tag->TriesLock;
    } else if (T && !T->Record.empty() && !T->Record.starts_with("std::chrono::")) { // the project's own locks too
      L.Locks.push_back(pointee(At, E, I));
      const api::Entry *Lock = P.model().function((T->Record + "::lock").str(), ir::HeaderClass::Std);
      L.Recursive |= Lock && Lock->Recursive;
    } else {
      L.Tries = true; // a time-out
    }
  }
  for (PathId &X : L.Locks)
    X = X ? X : Paths.unknown();
  return L;
}

bool LockEvents::triesUntilTaken(EventRef At) const {
  const ir::Function &F = P.fn(At.Fn);
  uint32_t Loop = F.Blocks[At.Block].Loop;
  if (!Loop || F.Loops[Loop - 1].Header != At.Block)
    return false;
  for (ir::BlockId B = 0; B < F.Blocks.size(); ++B)
    for (uint32_t N = 0; F.Blocks[B].Loop == Loop && N < F.Blocks[B].Events.size(); ++N) {
      const link::Target &T = Infos[At.Fn].Targets[B][N];
      bool Else = isCall(F.Blocks[B].Events[N]) && (!T.Fns.empty() || T.Unresolved || (T.Api && !T.Api->Blocks));
      if (EventRef{At.Fn, B, N} != At && (Else || F.Blocks[B].Events[N].Kind == EventKind::Write))
        return false;
    }
  return true;
}

bool LockEvents::handsOverLock(EventRef At) const {
  const link::Target &T = Infos[At.Fn].Targets[At.Block][At.Index];
  if (!T.Foreign)
    return false;
  const ir::Event &E = P.event(At);
  return llvm::any_of(E.Args, [&](ir::ValueId V) {
    if (P.fn(At.Fn).Values[V].Kind != ir::ValueKind::AddrOf)
      return false;
    PathId X = Paths.of(At.Fn, V);
    NameId Name = X ? Paths.className(X) : 0;
    if (!Name)
      return false;
    auto [It, New] = IsLock.try_emplace(Name, false);
    if (New)
      It->second = isMutex(At.Fn, V);
    return It->second;
  });
}

llvm::SmallVector<Effect, 2> LockEvents::threadEffects(EventRef At) const {
  llvm::SmallVector<Effect, 2> Out;
  const ir::Event &E = P.event(At);
  if (!isCall(E))
    return Out;
  auto Add = [&](Effect X) {
    if (X != Effect::None && X != Effect::CriticalEnter && X != Effect::CriticalLeave && X != Effect::DeleteState)
      Out.push_back(X);
  };
  if (const api::Entry *A = Infos[At.Fn].Targets[At.Block][At.Index].Api)
    Add(A->Does);
  for (const Action &X : Infos[At.Fn].Actions[At.Block][At.Index])
    if (X.Type && !X.OfPart)
      Add(E.Kind == EventKind::Construct ? X.Type->Constructs : X.Type->Destroys);
  return Out;
}

PathId LockEvents::waitedFor(FnId Id, ir::BlockId B, unsigned &Taken) const {
  const ir::Function &F = P.fn(Id);
  const ir::Block &Block = F.Blocks[B];
  if (Block.Term.Kind != ir::TermKind::Branch || !Block.Loop || F.Loops[Block.Loop - 1].Header != B ||
      Block.Term.Succs.size() != 2 || Block.Events.size() < 2)
    return 0;
  // The last two events set the atomic and name its old value.
  const ir::Event &Set = Block.Events[Block.Events.size() - 2], &Old = Block.Events.back();
  if (Set.Kind != EventKind::Write || !Set.Compound || Set.Order == ir::Ordering::NotAtomic ||
      Old.Kind != EventKind::Assign || F.Values[Old.Dst].Kind != ir::ValueKind::Temp)
    return 0;
  ir::ValueId Cond = Block.Term.Value;
  while (F.Values[Cond].Kind == ir::ValueKind::Unary || F.Values[Cond].Kind == ir::ValueKind::Binary)
    Cond = F.Values[Cond].A;
  if (Cond != Old.Dst)
    return 0;
  for (unsigned I = 0; I < 2; ++I) // the way out is the way that has it
    if (ir::BlockId S = Block.Term.Succs[I]; S != ir::NoBlock && S != B && F.Blocks[S].Loop != Block.Loop) {
      Taken = I;
      return Paths.of(Id, Set.Dst);
    }
  return 0;
}

PathId LockEvents::spins(FnId F, ir::BlockId B, unsigned &Taken) const {
  if (SpinLocks.empty())
    return 0;
  PathId X = waitedFor(F, B, Taken);
  return X && SpinLocks.count(Paths.className(X)) ? X : 0;
}

static bool isGivingBack(const ir::Event &E) {
  return E.Kind == EventKind::Write && !E.Compound &&
         (E.Order == ir::Ordering::Release || E.Order == ir::Ordering::SeqCst);
}

PathId LockEvents::unspins(EventRef At) const {
  const ir::Event &E = P.event(At);
  if (SpinLocks.empty() || !isGivingBack(E))
    return 0;
  PathId X = Paths.of(At.Fn, E.Dst);
  return X && SpinLocks.count(Paths.className(X)) ? X : 0;
}

/// A written initialiser that is not zero all over: PTHREAD_RECURSIVE_MUTEX_INITIALIZER_NP.
static bool hasNumber(const ir::Init &I) {
  return I.Int != 0 || llvm::any_of(I.Elems, [](const ir::Init &X) { return hasNumber(X); });
}

/// Whoever asks for a special sort of lock may have asked for one that its holder can take again:
///     pthread_mutex_init(&c->lock, &attributes);   mtx_init(&lock, mtx_recursive);
void LockEvents::findRecursiveLocks() {
  for (FnId F = 0; F < P.functions().size(); ++F)
    for (ir::BlockId B = 0; B < P.fn(F).Blocks.size(); ++B)
      for (uint32_t N = 0; N < P.fn(F).Blocks[B].Events.size(); ++N) {
        const ir::Event &E = P.fn(F).Blocks[B].Events[N];
        const api::Entry *A = isCall(E) ? Infos[F].Targets[B][N].Api : nullptr;
        if (!A || A->Lock != LockOp::Init || A->Arg < 0 || unsigned(A->Arg) + 1 >= E.Args.size())
          continue;
        const ir::Value &Sort = P.fn(F).Values[E.Args[A->Arg + 1]];
        bool Plain = Sort.Kind == ir::ValueKind::Null || (Sort.Kind == ir::ValueKind::Int && Sort.Int == 0);
        if (PathId X = Plain ? 0 : pointee({F, B, N}, E, A->Arg))
          RecursiveLocks.insert(Paths.className(X));
      }
  for (const ir::Unit *U : P.units())
    for (const ir::Global &G : U->Globals) {
      const api::TypeEntry *T = hasNumber(G.Value) ? P.model().type(U->Types[G.Type].Record) : nullptr;
      if (T && T->IsLock)
        RecursiveLocks.insert(Paths.global(G.Id));
    }
  RecursiveLocks.erase(0);
}

void LockEvents::findSpinLocks() {
  llvm::DenseSet<NameId> WaitedFor;
  for (FnId F = 0; F < P.functions().size(); ++F)
    for (ir::BlockId B = 0; B < P.fn(F).Blocks.size(); ++B) {
      unsigned Taken;
      if (PathId X = P.fn(F).Loops.empty() ? 0 : waitedFor(F, B, Taken))
        WaitedFor.insert(Paths.className(X));
    }
  if (WaitedFor.empty())
    return;
  for (FnId F = 0; F < P.functions().size(); ++F)
    for (const ir::Block &B : P.fn(F).Blocks)
      for (const ir::Event &E : B.Events)
        if (isGivingBack(E))
          if (NameId N = Paths.className(Paths.of(F, E.Dst)); N && WaitedFor.count(N))
            SpinLocks.insert(N);
}

} // namespace gilray::flow
