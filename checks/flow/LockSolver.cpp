#include "flow/LockSolver.h"
#include "llvm/ADT/STLExtras.h"

namespace gilray::flow {

LockSolver::LockSolver(const link::Program &P, const FunctionInfos &Infos, LockPaths &Paths, const LockEvents &Events,
                       const std::vector<LockSummary> &Summaries, const LockBudget &Limits, FnId F)
    : P(P), Infos(Infos), Paths(Paths), Events(Events), Summaries(Summaries), Limits(Limits), Id(F), F(P.fn(F)),
      Info(Infos[F]) {}

void LockSolver::incomplete(StringRef Why) {
  if (Summary.Incomplete.empty())
    Summary.Incomplete = Why.str();
}

bool LockSolver::matters() const {
  for (ir::BlockId B = 0; B < F.Blocks.size(); ++B) {
    unsigned Taken;
    if (!F.Loops.empty() && Events.spins(Id, B, Taken))
      return true;
    for (uint32_t N = 0; N < F.Blocks[B].Events.size(); ++N) {
      const ir::Event &E = F.Blocks[B].Events[N];
      if (E.Kind == ir::EventKind::Assign || E.Kind == ir::EventKind::Read)
        continue;
      if (E.Kind == ir::EventKind::GuardEnter || E.Kind == ir::EventKind::GuardLeave)
        return true;
      if (E.Kind == ir::EventKind::Write) {
        if (Events.unspins({Id, B, N}))
          return true;
        continue;
      }
      const link::Target &T = Info.Targets[B][N];
      if (T.Api && (T.Api->Does != api::Effect::None || T.Api->Lock != api::LockOp::None))
        return true;
      if (Events.handsOverLock({Id, B, N}))
        return true;
      for (FnId G : T.Fns)
        if (!Summaries[G].Neutral || !Summaries[G].MayTake.empty() || !Summaries[G].GivesUp.empty() ||
            !Summaries[G].Incomplete.empty() || Summaries[G].Attaches.valid())
          return true;
      for (const Action &X : Info.Actions[B][N])
        if (X.Type ? X.Type->Constructs != api::Effect::None || X.Type->Destroys != api::Effect::None
                   : !Summaries[X.Fn].Neutral)
          return true;
    }
  }
  return false;
}

void LockSolver::skim() {
  bind();
  for (ir::BlockId B = 0; B < F.Blocks.size(); ++B)
    for (uint32_t N = 0; N < F.Blocks[B].Events.size(); ++N) {
      const link::Target &T = Info.Targets[B][N];
      EventRef Here{Id, B, N};
      if (T.Api) {
        Summary.Detaches.raise(T.Api->MayDetach, Here);
        Summary.RunsPython.raise(T.Api->RunsPython, Here);
      }
      for (FnId G : T.Fns) {
        Summary.Detaches.raise(Summaries[G].Detaches.Sure, Here);
        Summary.RunsPython.raise(Summaries[G].RunsPython.Sure, Here);
      }
    }
  if (Info.Returns)
    Summary.Exits.emplace_back();
}

void LockSolver::merge(States &Into, LockState S) {
  for (LockState &T : Into)
    if (T.sameKey(S)) {
      T.mergeFrom(S);
      return;
    }
  Into.push_back(std::move(S));
}

void LockSolver::propagate(ir::BlockId To, LockState &&S) {
  if (To == ir::NoBlock || Settled)
    return;
  bool Changed = true;
  States &There = In[To];
  auto It = llvm::find_if(There, [&](const LockState &T) { return T.sameKey(S); });
  if (It != There.end()) {
    Changed = It->mergeFrom(S);
  } else if (There.size() >= Limits.StatesPerPoint) {
    return incomplete("more than " + std::to_string(Limits.StatesPerPoint) + " lock states at one place");
  } else {
    There.push_back(std::move(S));
  }
  if (Changed && !Queued[To]) {
    Queued[To] = true;
    Work.push_back(To);
  }
}

static void noteHeld(LockPoint &To, llvm::ArrayRef<HeldLock> Held) {
  auto Less = [](const HeldLock &A, const HeldLock &B) { return A.Lock < B.Lock; };
  std::vector<HeldLock> Now, All(Held.begin(), Held.end());
  for (const HeldLock &H : Held)
    if (H.Suspended != HeldLock::Yes)
      Now.push_back(H);
  llvm::stable_sort(Now, Less);
  llvm::stable_sort(All, Less);
  auto Has = [&](const std::vector<HeldLock> &In, PathId L) {
    return llvm::find_if(In, [&](const HeldLock &H) { return H.Lock == L; });
  };
  if (!To.Reached) {
    To.Must = Now;
  } else {
    llvm::erase_if(To.Must, [&](HeldLock &H) {
      auto It = Has(Now, H.Lock);
      if (It == Now.end())
        return true;
      H.Shared |= It->Shared;
      H.Suspended = std::max(H.Suspended, It->Suspended);
      return false;
    });
  }
  for (const HeldLock &H : All)
    if (Has(To.May, H.Lock) == To.May.end())
      To.May.push_back(H);
  llvm::stable_sort(To.May, Less);
}

void LockSolver::note(LockPoint &To, const LockState &S) const {
  if (S.Held.empty())
    To.Must.clear();
  else
    noteHeld(To, S.Held);
  for (PathId L : S.Dropped)
    insertInOrder(To.Dropped, L);
  To.Threads |= 1u << unsigned(S.Thread);
  To.Disturbed = std::max(To.Disturbed, S.Disturbed);
  To.Uncertain |= S.Uncertain;
  To.Reached = true;
}

void LockSolver::visit(ir::BlockId B) {
  const ir::Block &Block = F.Blocks[B];
  States Cur = In[B];
  for (uint32_t N = 0; N < Block.Events.size() && !Cur.empty(); ++N) {
    At = {Id, B, N};
    if (Recording)
      for (const LockState &S : Cur)
        note(Points[B][N], S);
    event(Block.Events[N], Cur);
    if (!Summary.Incomplete.empty())
      return;
  }
  At = {Id, B, EventRef::Terminator};
  if (Recording)
    for (const LockState &S : Cur)
      note(Points[B].back(), S);
  terminate(B, Cur);
}

void LockSolver::terminate(ir::BlockId B, States &Cur) {
  const ir::Terminator &T = F.Blocks[B].Term;
  unsigned Taken = 0;
  PathId Spun = T.Kind == ir::TermKind::Branch ? Events.spins(Id, B, Taken) : 0;
  // Where control goes on is known once the fixed point is reached: then only exits and waiting are of interest.
  bool Leaves = T.Kind == ir::TermKind::Return || T.Kind == ir::TermKind::Throw || T.Kind == ir::TermKind::Resume;
  if (Settled && !Leaves && !Spun)
    return;
  for (LockState &S : Cur)
    switch (T.Kind) {
    case ir::TermKind::Return:
      exit(S, T.Value, false);
      break;
    case ir::TermKind::Throw:
    case ir::TermKind::Resume:
      if (T.Succs.empty() || T.Succs[0] == ir::NoBlock)
        exit(S, 0, true);
      else
        propagate(T.Succs[0], std::move(S));
      break;
    case ir::TermKind::Branch:
      for (unsigned I = 0; I < T.Succs.size(); ++I) {
        LockState X = I + 1 == T.Succs.size() ? std::move(S) : S;
        if (!refine(X, T.Value, I == 0))
          continue;
        if (Spun && I == Taken) {
          LockAction A;
          A.Kind = LockKind::Spin;
          begin(X, A, Spun);
        }
        propagate(T.Succs[I], std::move(X));
      }
      break;
    case ir::TermKind::Switch:
      for (unsigned I = 0; I < T.Succs.size(); ++I) {
        auto N = number(S, T.Value);
        bool Case = I < T.Cases.size();
        if (N && Case && (*N < T.Cases[I].Lo || *N > T.Cases[I].Hi))
          continue;
        if (N && !Case && llvm::any_of(T.Cases, [&](const ir::CaseRange &C) { return C.Lo <= *N && *N <= C.Hi; }))
          continue;
        LockState X = S;
        if (Case && T.Cases[I].Lo == T.Cases[I].Hi)
          learn(X, T.Value, LockFact::Const, T.Cases[I].Lo);
        propagate(T.Succs[I], std::move(X));
      }
      break;
    default:
      for (unsigned I = 0; I < T.Succs.size(); ++I)
        propagate(T.Succs[I], I + 1 == T.Succs.size() ? std::move(S) : LockState(S));
      break;
    }
}

void LockSolver::exit(const LockState &S, ir::ValueId Ret, bool Exceptional) {
  if (!Recording)
    return;
  LockExit X;
  X.Dropped = S.Dropped;
  X.Thread = S.Thread;
  X.Ensures = S.Ensures;
  X.Released = S.Released;
  X.Uncertain = S.Uncertain;
  X.Took = S.Took;
  X.Exceptional = Exceptional;
  X.Guessed = S.Guessed;
  X.At = At;
  for (const HeldLock &H : S.Held) {
    if (H.Inert)
      continue;
    if (H.critical() && !H.Guard && !X.Guessed)
      fact(LockFactKind::SectionLeft, H, S, Degree::Certain);
    X.Held.push_back(H);
  }
  if (Ret) {
    if (auto N = number(S, Ret)) {
      X.Ret = *N ? LockExit::Const : LockExit::Zero;
      X.Int = *N;
    } else if (auto T = evaluate(S, Ret)) {
      X.Ret = *T ? LockExit::NonZero : LockExit::Zero;
    }
  }
  for (LockExit &Y : Summary.Exits) {
    auto Same = [](const HeldLock &A, const HeldLock &B) { return A.key() == B.key(); };
    if (Y.Exceptional == X.Exceptional && Y.Thread == X.Thread && Y.Dropped == X.Dropped && Y.Ensures == X.Ensures &&
        Y.Released == X.Released && Y.Uncertain == X.Uncertain && Y.Ret == X.Ret && Y.Int == X.Int &&
        Y.Took == X.Took && Y.Guessed == X.Guessed && Y.Held.size() == X.Held.size() &&
        std::equal(Y.Held.begin(), Y.Held.end(), X.Held.begin(), Same))
      return;
  }
  Summary.Exits.push_back(std::move(X));
}

/// A lock that one exit has released again and another leaves held.
void LockSolver::leaks() {
  for (const LockExit &X : Summary.Exits) {
    if (X.Guessed || X.Uncertain)
      continue;
    for (const HeldLock &H : X.Held) {
      if (H.critical() || H.Guard || H.Kind == LockKind::StaticInit || !Paths.namesObject(H.Lock))
        continue;
      auto Gave = llvm::find_if(Summary.Exits, [&](const LockExit &Y) {
        return !Y.Guessed && std::binary_search(Y.Took.begin(), Y.Took.end(), H.Lock) &&
               llvm::none_of(Y.Held, [&](const HeldLock &G) { return G.Lock == H.Lock; });
      });
      if (Gave == Summary.Exits.end())
        continue;
      LockEventFact Leak{LockFactKind::Leak, X.At, H, Degree::Certain, uint8_t(1u << unsigned(X.Thread)), Gave->At};
      if (llvm::none_of(Facts, [&](const LockEventFact &Y) {
            return Y.Kind == LockFactKind::Leak && Y.At == X.At && Y.Lock.Lock == H.Lock;
          }))
        Facts.push_back(Leak);
    }
  }
}

/// What callers need of the exits: those that differ only in the result are one, if all do the same.
void LockSolver::finish() {
  leaks();
  std::vector<LockExit> Kept;
  bool Alike = llvm::all_of(Summary.Exits, [](const LockExit &X) { return X.neutral(); });
  auto Same = [](const HeldLock &A, const HeldLock &B) { return A.key() == B.key(); };
  auto Class = [](const LockExit &X) { return X.Ret == LockExit::Const ? LockExit::NonZero : X.Ret; };
  for (LockExit &X : Summary.Exits) {
    if (Alike) {
      X.Ret = LockExit::Any;
      X.Int = 0;
    }
    auto It = llvm::find_if(Kept, [&](const LockExit &Y) {
      return Y.Exceptional == X.Exceptional && Y.Thread == X.Thread && Y.Dropped == X.Dropped &&
             Y.Ensures == X.Ensures && Y.Released == X.Released && Y.Uncertain == X.Uncertain && Class(Y) == Class(X) &&
             Y.Held.size() == X.Held.size() && std::equal(Y.Held.begin(), Y.Held.end(), X.Held.begin(), Same);
    });
    if (It == Kept.end()) {
      Kept.push_back(X);
      continue;
    }
    if (It->Ret != X.Ret || It->Int != X.Int) { // two numbers: all that is left is that they are not zero
      It->Ret = Class(X);
      It->Int = 0;
    }
    It->Guessed &= X.Guessed;
    llvm::erase_if(It->Took, [&](PathId L) { return !std::binary_search(X.Took.begin(), X.Took.end(), L); });
  }
  Summary.Exits = std::move(Kept);
  Summary.Neutral = Alike;
  if (Summary.Exits.size() > Limits.Exits)
    incomplete("leaves in more than " + std::to_string(Limits.Exits) + " ways");
}

void LockSolver::record(ir::BlockId B) {
  Recording = true;
  visit(B);
  Recording = false;
}

/// The fixed point. Blocks before AtOnce are recorded on the way.
void LockSolver::settle(ir::BlockId AtOnce) {
  size_t Blocks = F.Blocks.size();
  In.assign(Blocks, {});
  Visits.assign(Blocks, 0);
  Queued.assign(Blocks, false);
  Work.clear();
  Summary = {};
  Facts.clear();
  Points = PerEvent<LockPoint>(F, /*AtEnd=*/true);
  bind();
  propagate(0, {});
  while (!Work.empty() && Summary.Incomplete.empty()) {
    auto First = llvm::min_element(Work);
    ir::BlockId B = *First;
    Work.erase(First);
    Queued[B] = false;
    if (++Visits[B] > Limits.Visits)
      return incomplete("the lock states of a loop do not settle");
    B < AtOnce ? record(B) : visit(B);
  }
}

void LockSolver::run() {
  if (F.Blocks.empty())
    return;
  ir::BlockId AtOnce = Info.FirstInLoop;
  settle(AtOnce);
  if (AtOnce && !Summary.Incomplete.empty()) // a limit that is for one of the two passes only
    settle(AtOnce = 0);
  if (!Summary.Incomplete.empty())
    return;
  Settled = true;
  for (ir::BlockId B = AtOnce; B < F.Blocks.size(); ++B)
    if (!In[B].empty())
      record(B);
  finish();
}

} // namespace gilray::flow
