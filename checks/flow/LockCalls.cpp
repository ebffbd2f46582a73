// A call of a function with a body: its summary, in the caller's names.
#include "flow/LockSolver.h"
#include "llvm/ADT/STLExtras.h"

namespace gilray::flow {

using api::Effect;
using ir::EventKind;

/// Guard(std::mutex *m) : m(m) {}  ~Guard() { m->unlock(); }
void LockSolver::bind() {
  if (F.Kind != ir::FunctionKind::Constructor)
    return;
  for (ir::BlockId B = 0; B < F.Blocks.size(); ++B)
    for (uint32_t N = 0; N < F.Blocks[B].Events.size(); ++N) {
      const ir::Event &E = F.Blocks[B].Events[N];
      At = {Id, B, N};
      if (E.Kind == EventKind::Write && !E.Compound) {
        PathId To = Paths.of(Id, E.Dst), From = Paths.of(Id, E.Src);
        if (To && From && Paths[To].Kind == PathKind::Field)
          Summary.Binds.push_back({To, From});
      } else if (E.Kind == EventKind::Construct) {
        for (FnId G : Info.Targets[B][N].Fns) // of a base, or a member
          for (const BoundPlace &X : Summaries[G].Binds)
            Summary.Binds.push_back({Paths.up(X.Place, renaming(E, G)), Paths.up(X.Value, renaming(E, G))});
      }
    }
}

/// The lock's own name, where it was reached through a member that a constructor has set.
PathId LockSolver::resolve(const LockState &S, PathId Lock) {
  if (S.find(Lock))
    return Lock;
  for (const BoundPlace &X : S.Bound)
    if (Paths.mentions(Lock, [&](const Path &N) { return N.A == X.Place; }))
      if (PathId Known = Paths.up(Lock, {{X.Value, X.Place}}); Paths.namesObject(Known))
        return Known;
  return Lock;
}

const Renamings &LockSolver::renaming(const ir::Event &E, FnId G) {
  auto [It, New] = Known.try_emplace({At.Block, At.Index, G});
  if (New)
    It->second = Paths.renamings(Id, E.Args, G);
  return It->second;
}

/// A call of a function with a body. Only: it is the only one that can be meant.
void LockSolver::call(const LockState &S, const ir::Event &E, FnId G, bool Only, States &Out) {
  const LockSummary &C = Summaries[G];
  auto Up = [&](PathId X) { return Paths.up(X, renaming(E, G)); };
  llvm::SmallVector<PathId, 2> Except;
  for (PathId X : C.GivesUp) {
    Except.push_back(Up(X));
    if (Recording && !S.find(Except.back()))
      insertInOrder(Summary.GivesUp, Except.back());
  }
  LockState Base = S;
  if (Recording) {
    for (const LockTaking &T : C.MayTake) {
      LockTaking Mine = T;
      Mine.Lock = Up(T.Lock);
      Mine.At = At;
      uint8_t Relative = T.Threads & 1u << unsigned(Here::AsEntered);
      Mine.Threads = uint8_t(T.Threads & ~Relative) | (Relative ? uint8_t(1u << unsigned(S.Thread)) : 0);
      const HeldLock *H = Base.find(Mine.Lock);
      if (H && !H->critical() && !T.Recursive && !Events.mayBeRecursive(Mine.Lock) && !T.Tries &&
          !(T.Shared && H->Shared) && Only && Paths.namesObject(Mine.Lock) && !llvm::is_contained(Except, Mine.Lock)) {
        bool Always = !C.Exits.empty() && llvm::all_of(C.Exits, [&](const LockExit &X) {
          return std::binary_search(X.Took.begin(), X.Took.end(), T.Lock);
        });
        fact(LockFactKind::DoubleLock, *H, S, Always ? Degree::Certain : Degree::Likely, T.At);
      }
      if (!llvm::is_contained(S.Dropped, Mine.Lock)) {
        ordered(S, Mine, Except, T.At);
        take(Mine, S);
      }
    }
    if (C.Attaches.valid() && (S.Thread == Here::Detached || S.Thread == Here::AsEntered)) {
      for (const HeldLock &H : S.Held)
        if (!H.critical() && !llvm::is_contained(Except, H.Lock))
          fact(LockFactKind::AttachWhileHolding, H, S, Degree::Certain, C.Attaches);
      if (S.Thread == Here::AsEntered && !Summary.Attaches.valid())
        Summary.Attaches = At;
    }
  }
  bool ComesBack = llvm::none_of(C.Exits, [](const LockExit &X) { return X.Thread == Here::Detached; });
  interruptions(Base, C.Detaches.Sure, C.RunsPython.Sure, Except, C.Detaches.At, ComesBack);
  clobber(Base, E, G);
  if (!C.Incomplete.empty()) {
    Base.Uncertain = true;
    Out.push_back(std::move(Base));
    return;
  }
  if (C.Exits.empty())
    return;
  for (const LockExit &X : C.Exits) {
    LockState N = Base;
    for (PathId L : X.Dropped)
      releaseLock(N, resolve(N, Up(L)));
    for (HeldLock H : X.Held) {
      H.Lock = resolve(N, Up(H.Lock));
      H.Guard = H.Guard ? Up(H.Guard) : 0;
      H.At = At;
      if (llvm::is_contained(N.Dropped, H.Lock) && !H.critical())
        llvm::erase(N.Dropped, H.Lock);
      else
        N.take(H);
    }
    for (const BoundPlace &X : C.Binds)
      insertInOrder(N.Bound, BoundPlace{Up(X.Place), Up(X.Value)});
    for (PathId L : X.Took)
      insertInOrder(N.Took, Up(L));
    for (unsigned I = 0; I < X.Released; ++I)
      threadEffect(N, E, Effect::Release);
    for (Here Back : X.Ensures)
      N.Ensures.push_back(Back == Here::AsEntered ? N.Thread : Back);
    if (X.Thread == Here::Detached && N.Thread != Here::Detached)
      N.detached();
    else if (X.Thread == Here::Attached && N.Thread != Here::Attached)
      N.attached();
    else if (X.Thread == Here::Unknown && !X.Released)
      N.Thread = Here::Unknown;
    N.Uncertain |= X.Uncertain || (!Only && !X.neutral());
    N.Guessed |= X.Guessed;
    if (E.Result && X.Ret != LockExit::Any)
      learn(N, E.Result,
            X.Ret == LockExit::Zero      ? LockFact::Zero
            : X.Ret == LockExit::NonZero ? LockFact::NonZero
                                         : LockFact::Const,
            X.Int);
    if (!X.Exceptional)
      Out.push_back(std::move(N));
    else if (E.Unwind != ir::NoBlock)
      propagate(E.Unwind, std::move(N));
  }
}

} // namespace gilray::flow
