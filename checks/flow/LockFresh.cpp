// Objects that only their maker knows of yet: nobody can race for their fields.
//
//     Conn *self = (Conn *)type->tp_alloc(type, 0);    made here
//     self->n = 1;                                     fresh: no lock is needed
//     pool->last = self;                               published
//     self->n = 2;                                     others may see this
#include "flow/LockSets.h"
#include "llvm/ADT/STLExtras.h"

namespace gilray::flow {

using ir::EventKind;
using ir::ValueKind;

bool LockSets::allocates(FnId F, const ir::Event &E, const link::Target &T) const {
  if (T.Api)
    return T.Api->Allocates;
  if (!T.Fns.empty())
    return llvm::all_of(T.Fns, [&](FnId G) { return Summaries[G].ReturnsFresh; });
  // type->tp_alloc(type, 0)
  const ir::Value &Slot = P.fn(F).Values[E.Target];
  if (Slot.Kind != ValueKind::Field)
    return false;
  const api::RootEntry *R = P.model().root(Slot.Rec, Slot.Str);
  return R && (R->Role == "alloc" || R->Role == "new");
}

void LockSets::freshness(FnId Id) {
  const ir::Function &F = P.fn(Id);
  Freshness &Mine = Fresh[Id];
  Mine = {};
  LockSummary &Sum = Summaries[Id];
  for (ir::BlockId B = 0; B < F.Blocks.size(); ++B)
    for (uint32_t I = 0; I < F.Blocks[B].Events.size(); ++I) {
      const ir::Event &E = F.Blocks[B].Events[I];
      if (E.Result && (E.Kind == EventKind::Call || E.Kind == EventKind::Macro) &&
          allocates(Id, E, Infos[Id].Targets[B][I]))
        Mine.Made.push_back(Paths->of(Id, E.Result));
    }
  auto IsMade = [&](PathId X) { return llvm::is_contained(Mine.Made, X); };
  auto Publish = [&](PathId X, EventRef At) {
    const Path &N = (*Paths)[X];
    if (N.Kind == PathKind::Param && N.Ref < 32)
      Sum.EscapeParams |= 1u << N.Ref;
    if (IsMade(X))
      Mine.Published.push_back({X, At});
  };
  bool AllFresh = !Mine.Made.empty(), Returns = false;
  for (ir::BlockId B = 0; B < F.Blocks.size(); ++B) {
    const ir::Block &Block = F.Blocks[B];
    for (uint32_t I = 0; I < Block.Events.size(); ++I) {
      const ir::Event &E = Block.Events[I];
      EventRef At{Id, B, I};
      switch (E.Kind) {
      case EventKind::Write:
        if (PathId X = Paths->of(Id, E.Src)) {
          // Into another new object, it stays as unknown as that one.
          PathId Into = Paths->of(Id, E.Dst);
          if (!Into || !Paths->mentions(Into, [&](const Path &N) { return N.A && IsMade(N.A); }))
            Publish(X, At);
        }
        break;
      case EventKind::Call:
      case EventKind::Macro:
      case EventKind::Construct: {
        const link::Target &T = Infos[Id].Targets[B][I];
        for (unsigned N = 0; N < E.Args.size(); ++N) {
          bool Shown = T.Api ? (N < 32 && T.Api->Steals >> N & 1) || T.Api->RunsPython >= Degree::Likely
                       : T.Fns.empty()
                           ? T.Foreign || T.Unresolved
                           : llvm::any_of(T.Fns, [&](FnId G) { return N < 32 && Summaries[G].EscapeParams >> N & 1; });
          if (PathId X = Shown ? Paths->of(Id, E.Args[N]) : 0)
            Publish(X, At);
        }
        break;
      }
      default:
        break;
      }
    }
    if (Block.Term.Kind == ir::TermKind::Return) {
      const ir::Value &V = F.Values[Block.Term.Value];
      if (V.Kind == ValueKind::Null)
        continue;
      Returns = true;
      AllFresh = AllFresh && IsMade(Paths->of(Id, Block.Term.Value));
    }
  }
  Sum.ReturnsFresh = Returns && AllFresh && Mine.Published.empty();
}

/// Made in this function, and no place that shows it to others comes before the event on any path.
bool LockSets::isFresh(FnId Id, PathId Object, EventRef At) const {
  const Freshness &Mine = Fresh[Id];
  if (Mine.Made.empty() || (*Paths)[Object].Kind != PathKind::Deref)
    return false;
  PathId Pointer = (*Paths)[Object].A;
  if (!llvm::is_contained(Mine.Made, Pointer))
    return false;
  const ir::Function &F = P.fn(Id);
  for (const auto &[X, Shown] : Mine.Published) {
    if (X != Pointer)
      continue;
    if (Shown.Block == At.Block && Shown.Index < At.Index)
      return false;
    llvm::BitVector Seen(F.Blocks.size());
    llvm::SmallVector<ir::BlockId, 8> Work;
    llvm::append_range(Work, F.Blocks[Shown.Block].Term.Succs);
    while (!Work.empty()) {
      ir::BlockId B = Work.pop_back_val();
      if (B == ir::NoBlock || Seen.test(B))
        continue;
      if (B == At.Block)
        return false;
      Seen.set(B);
      llvm::append_range(Work, F.Blocks[B].Term.Succs);
    }
  }
  return true;
}

bool LockSets::isFreshHere(const LockEventFact &F) const {
  auto Param = [&](PathId Pointer) {
    const Path &X = (*Paths)[Pointer];
    return X.Kind == PathKind::Param && X.Ref < 32 && !WaysOf[F.At.Fn].empty() &&
           llvm::all_of(WaysOf[F.At.Fn], [&](unsigned W) { return Ways[W]->Context.Fresh >> X.Ref & 1; });
  };
  for (PathId X = F.Lock.Lock; X; X = (*Paths)[X].A)
    if ((*Paths)[X].Kind == PathKind::Deref && (isFresh(F.At.Fn, X, F.At) || Param((*Paths)[X].A)))
      return true;
  return false;
}

bool LockSets::pointsToFresh(FnId F, ir::ValueId Pointer, EventRef At) const {
  PathId X = Paths->of(F, Pointer);
  return X && isFresh(F, Paths->deref(X), At);
}

} // namespace gilray::flow
