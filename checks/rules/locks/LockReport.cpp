#include "rules/locks/LockReport.h"
#include "llvm/ADT/STLExtras.h"

namespace gilray::rules {

using api::Degree;
using api::Entry;
using link::EventRef;
using link::FnId;

static const link::Target &targetAt(const flow::Results &Results, EventRef At) {
  return Results.engine().infos()[At.Fn].Targets[At.Block][At.Index];
}

std::string quoted(const LockSets &Locks, flow::PathId Lock, FnId In) {
  std::string Name = Locks.paths().spell(Lock, In); // *self->lock: a PyThread lock is known by its pointer
  return "'" + Name.substr(Name.find_first_not_of('*')) + "'";
}

bool waitsAttached(flow::LockKind K) {
  switch (K) {
  case flow::LockKind::PyThread:
  case flow::LockKind::Pthread:
  case flow::LockKind::Rwlock:
  case flow::LockKind::Spin:
  case flow::LockKind::C11:
  case flow::LockKind::Std:
    return true;
  default:
    return false;
  }
}

void path(Finding &F, const flow::Results &Results, const std::vector<flow::Step> &Steps) {
  for (const flow::Step &S : Steps)
    F.Notes.push_back({NoteKind::Path, S.Text, Results.place(*S.Unit, S.Where)});
}

void path(Finding &F, const flow::Results &Results, EventRef At, std::string Text) {
  F.Notes.push_back({NoteKind::Path, std::move(Text), Results.place(At)});
}

std::string calledAt(const flow::Results &Results, EventRef At) {
  if (At.Index == EventRef::Terminator)
    return "this";
  const link::Target &T = targetAt(Results, At);
  if (T.Named)
    return "'" + T.Named->Name.str() + "'";
  return T.Fns.size() == 1 ? "'" + Results.functionName(T.Fns.front()) + "'" : "this call";
}

void pathOf(Finding &F, const rules::Input &In, const LockEventFact &Fact) {
  const LockSets &Locks = In.locks();
  if (Fact.Lock.At.valid() && Fact.Lock.At != Fact.At)
    path(F, In.flow(), Fact.Lock.At, quoted(Locks, Fact.Lock.Lock, Fact.At.Fn) + " is taken here");
  for (EventRef At = Fact.At, Last = Locks.cause(Fact); At != Last;) {
    path(F, In.flow(), At, calledAt(In.flow(), At) + " is called here");
    At = At == Fact.At && Fact.Other.valid() ? Fact.Other : Locks.below(Fact, At);
  }
}

bool mayBeAttached(const LockSets &Locks, const LockEventFact &F) {
  return Locks.threads(F.Threads, F.At.Fn) & flow::ArrivesAttached;
}

/// Kept in a field or global of the project?
static bool isKept(const rules::Input &In, EventRef At, ir::ValueId V) {
  const LockSets &Locks = In.locks();
  const link::Program &P = In.flow().program();
  flow::PathId Place = Locks.placeOf(At.Fn, V), Root = Place;
  if (!Place || !Locks.classOf(Place))
    return false;
  while (Locks.paths()[Root].A)
    Root = Locks.paths()[Root].A;
  const flow::Path &X = Locks.paths()[Root];
  const ir::Global *G = X.Kind == flow::PathKind::Global ? P.global(Locks.paths().name(X.Name)) : nullptr;
  if (!G)
    return X.Kind != flow::PathKind::Global;
  for (const ir::Unit *U : P.units())
    if (!U->Globals.empty() && G >= &U->Globals.front() && G <= &U->Globals.back())
      return U->Files[G->Where.File].Class != ir::HeaderClass::Python;
  return true;
}

bool dropsSharedReference(const rules::Input &In, EventRef At) {
  const Entry *A = At.Index == EventRef::Terminator ? nullptr : targetAt(In.flow(), At).Api;
  if (!A || A->RunsPython < Degree::Likely || (!A->Steals && A->OutArg < 0))
    return false;
  unsigned Arg = A->OutArg >= 0 ? unsigned(A->OutArg) : unsigned(llvm::countr_zero(A->Steals));
  const ir::Event &E = In.flow().program().event(At);
  return Arg < E.Args.size() && isKept(In, At, E.Args[Arg]);
}

bool likelyRunsPython(const rules::Input &In, EventRef At) {
  const Entry *A = At.Index == EventRef::Terminator ? nullptr : targetAt(In.flow(), At).Api;
  if (!A)
    return false;
  if (A->Steals || A->OutArg >= 0)
    return dropsSharedReference(In, At);
  const ir::Event &E = In.flow().program().event(At);
  return llvm::any_of(E.Args, [&](ir::ValueId V) {
    flow::PathId X = In.locks().placeOf(At.Fn, V);
    return (X && In.locks().paths()[X].Kind == flow::PathKind::Param) || isKept(In, At, V);
  });
}

bool reachedFromPython(const LockSets &Locks, FnId F) {
  llvm::BitVector From = Locks.rootsOf(F);
  for (unsigned I : From.set_bits()) {
    const link::Root &X = Locks.roots()[I];
    bool Python = X.Kind == link::RootKind::Interpreter || X.Kind == link::RootKind::Bound ||
                  (X.Kind == link::RootKind::Assumed && X.State == api::EntryState::Attached);
    if (Python && X.Role != "module-exec" && X.Role != "module-init")
      return true;
  }
  return false;
}

std::vector<EventRef> modelledCalls(const flow::Results &Results, llvm::function_ref<bool(const Entry &)> Pred) {
  std::vector<EventRef> Out;
  const flow::FunctionInfos &Infos = Results.engine().infos();
  for (FnId F = 0; F < Results.program().functions().size(); ++F)
    for (ir::BlockId B = 0; B < Infos[F].Targets.size(); ++B)
      for (uint32_t N = 0; N < Infos[F].Targets[B].size(); ++N)
        if (const Entry *A = Infos[F].Targets[B][N].Api; A && Pred(*A))
          Out.push_back({F, B, N});
  return Out;
}

} // namespace gilray::rules
