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

void path(Finding &F, const flow::Results &Results, const std::vector<flow::Step> &Steps, unsigned Thread) {
  for (const flow::Step &S : Steps) {
    F.Notes.push_back(Results.note(S));
    F.Notes.back().Thread = Thread;
  }
}

void path(Finding &F, const flow::Results &Results, EventRef At, std::string Text, ThreadState After, unsigned Thread) {
  F.Notes.push_back(step(std::move(Text), Results.place(At), After, Thread));
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

/// The argument whose reference a call drops.
static ir::ValueId dropped(const rules::Input &In, EventRef At) {
  const Entry *A = At.Index == EventRef::Terminator ? nullptr : targetAt(In.flow(), At).Api;
  if (!A || A->RunsPython < Degree::Likely || (!A->Steals && A->OutArg < 0))
    return 0;
  unsigned Arg = A->OutArg >= 0 ? unsigned(A->OutArg) : unsigned(llvm::countr_zero(A->Steals));
  const ir::Event &E = In.flow().program().event(At);
  return Arg < E.Args.size() ? E.Args[Arg] : 0;
}

bool dropsSharedReference(const rules::Input &In, EventRef At) {
  ir::ValueId V = dropped(In, At);
  return V && isKept(In, At, V);
}

/// The value was handed in: a parameter, what PyArg_Parse* has filled in, or a new reference to such a thing.
static bool handedIn(const rules::Input &In, FnId F, ir::ValueId V, unsigned Depth = 0) {
  const link::Program &P = In.flow().program();
  const ir::Function &Fn = P.fn(F);
  while (Fn.Values[V].Kind == ir::ValueKind::Cast)
    V = Fn.Values[V].A;
  if (!V || Depth > 3)
    return false;
  flow::PathId X = In.locks().placeOf(F, V);
  if (X && In.locks().paths()[X].Kind == flow::PathKind::Param)
    return true;
  for (ir::BlockId B = 0; B < Fn.Blocks.size(); ++B)
    for (uint32_t N = 0; N < Fn.Blocks[B].Events.size(); ++N) {
      const ir::Event &E = Fn.Blocks[B].Events[N];
      const Entry *A = targetAt(In.flow(), {F, B, N}).Api;
      if (E.Result == V && A && A->RunsPython == Degree::Never && E.Args.size() == 1) // Py_NewRef
        return handedIn(In, F, E.Args[0], Depth + 1);
      if (E.Kind == ir::EventKind::Assign && E.Dst == V && E.Src != V)
        return handedIn(In, F, E.Src, Depth + 1);
      if (A && A->OutArg >= 0)
        for (unsigned I = A->OutArg; I < E.Args.size(); ++I)
          if (Fn.Values[E.Args[I]].Kind == ir::ValueKind::AddrOf && Fn.Values[E.Args[I]].A == V)
            return true;
    }
  return false;
}

bool holdsForeignObject(const rules::Input &In, EventRef At) {
  const LockSets &Locks = In.locks();
  const link::Program &P = In.flow().program();
  NameId Class = Locks.classOf(Locks.placeOf(At.Fn, dropped(In, At)));
  auto Stores = [&](const flow::SharedAccess &W) {
    if (!W.Writes || W.At.Index == EventRef::Terminator)
      return false;
    const ir::Event &E = P.event(W.At);
    if (E.Kind == ir::EventKind::Write)
      return handedIn(In, W.At.Fn, E.Src);
    return llvm::any_of(llvm::drop_begin(E.Args, !E.Args.empty()), // Py_SETREF(self->x, y), PyArg_Parse*(.., &self->x)
                        [&](ir::ValueId V) {
                          return E.Kind == ir::EventKind::Macro ? handedIn(In, W.At.Fn, V)
                                                                : Locks.classOf(Locks.placeOf(W.At.Fn, V)) == Class;
                        });
  };
  llvm::StringRef Name = Locks.paths().name(Class);
  if (const ir::Global *G = P.global(Name))
    return llvm::any_of(Locks.accessesOf(*G), Stores);
  auto [Record, Field] = Name.rsplit('.');
  return llvm::any_of(Locks.accessesOf(Record, Field), Stores);
}

bool makesOwnObject(const rules::Input &In, EventRef At) {
  const link::Program &P = In.flow().program();
  const ir::Event *E = At.Index == EventRef::Terminator ? nullptr : &P.event(At);
  if (!E || E->Args.empty())
    return false;
  ir::ValueId V = E->Args[0];
  while (P.fn(At.Fn).Values[V].Kind == ir::ValueKind::Cast)
    V = P.fn(At.Fn).Values[V].A;
  const ir::Value &X = P.fn(At.Fn).Values[V];
  if (X.Kind != ir::ValueKind::AddrOf)
    return false;
  const ir::Value &Type = P.fn(At.Fn).Values[X.A];
  const ir::Global *G = Type.Kind == ir::ValueKind::Global ? P.global(Type.Str) : nullptr;
  ir::TypeId T = G ? P.typeOf(At.Fn, X.A) : 0;
  return T && llvm::is_contained({"PyTypeObject", "_typeobject"}, P.unit(At.Fn).Types[T].Record);
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
