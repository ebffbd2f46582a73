// What a std::function holds, where that is plain to see: a local one constructed from a lambda or a function, and a
// parameter that all callers in the program fill in such a way.
//
//     std::function<void()> step = [list] { ... };   step();   each(step);
//
// Anything else (a member, one that is captured or changed by reference) is unknown, and its call reaches nobody.
#include "link/Program.h"
#include "llvm/ADT/STLExtras.h"

namespace gilray::link {

bool Program::isCallable(StringRef Record) const {
  const api::TypeEntry *T = TheModel.type(Record);
  return T && T->Callable;
}

static StringRef recordOf(const ir::Unit &U, ir::TypeId T) {
  return U.Types[U.Types[T].Kind == ir::TypeKind::Reference ? U.Types[T].Inner : T].Record;
}

/// The variable or temporary that an argument names: &step, or a parameter that is a reference.
static ir::ValueId holderIn(const ir::Function &F, ir::ValueId V) {
  while (F.Values[V].Kind == ir::ValueKind::Cast || F.Values[V].Kind == ir::ValueKind::AddrOf)
    V = F.Values[V].A;
  bool Plain = F.Values[V].Kind == ir::ValueKind::Var || F.Values[V].Kind == ir::ValueKind::Temp;
  return Plain ? V : 0;
}

Program::Callable &Program::callable(FnId In, ir::ValueId Holder) { return Callables[{In, Holder}]; }

/// Adds what Source holds to a callable; true when that changed something.
bool Program::fillCallable(Callable &To, FnId In, ir::ValueId Source) {
  bool Changed = false;
  auto Add = [&](FnId G) {
    Changed |= !llvm::is_contained(To.Fns, G);
    if (!llvm::is_contained(To.Fns, G))
      To.Fns.push_back(G);
  };
  auto Unknown = [&] {
    Changed |= !To.Unknown;
    To.Unknown = true;
  };
  const ir::Function &F = fn(In);
  ir::ValueKind K = F.Values[Source].Kind;
  if (K == ir::ValueKind::Lambda || K == ir::ValueKind::Function) {
    FnId G = resolve(unit(In), F.Values[Source].Ref);
    G == NoFn ? Unknown() : Add(G);
    return Changed;
  }
  ir::ValueId Holder = holderIn(F, Source);
  auto It = Holder ? Callables.find({In, Holder}) : Callables.end();
  if (It == Callables.end() || It->second.Unknown) {
    Unknown();
    return Changed;
  }
  Callable From = It->second;
  for (FnId G : From.Fns)
    Add(G);
  return Changed;
}

/// One event: fills callables, or says that one is changed in a way that is not followed.
bool Program::callablesFromEvent(FnId In, const ir::Event &E) {
  const ir::Function &F = fn(In);
  const ir::Unit &U = unit(In);
  const ir::Callee *C = E.Callee ? &U.Callees[E.Callee] : nullptr;
  bool Changed = false;
  bool OfCallable = C && isCallable(C->Record) && !E.Args.empty();
  if (OfCallable) {
    ir::ValueId Holder = holderIn(F, E.Args[0]);
    bool Fills = E.Kind == ir::EventKind::Construct || C->Name.ends_with("::operator=");
    bool Asks =
        E.Kind == ir::EventKind::Destroy || C->Name.ends_with("::operator()") || C->Name.ends_with("operator bool");
    if (Holder && Fills && E.Args.size() > 1)
      return fillCallable(callable(In, Holder), In, E.Args[1]);
    if (Holder && (Fills || Asks)) {
      callable(In, Holder);
      return false;
    }
  }
  FnId G = C ? resolve(U, E.Callee) : NoFn;
  unsigned Shift = G != NoFn && fn(G).NumParams == E.Args.size() && C->Params.size() + 1 == E.Args.size();
  for (unsigned I = 0; I < E.Args.size(); ++I) {
    ir::ValueId Holder = holderIn(F, E.Args[I]);
    bool Known = Holder && Callables.count({In, Holder});
    bool Param = G != NoFn && I < fn(G).NumParams && isCallable(recordOf(unit(G), fn(G).Vars[I].Type));
    if (Param)
      for (ir::ValueId V = 1; V < fn(G).Values.size(); ++V)
        if (fn(G).Values[V].Kind == ir::ValueKind::Var && fn(G).Values[V].Ref == I)
          Changed |= fillCallable(callable(G, V), In, E.Args[I]);
    if (!Known)
      continue;
    const ir::Type *T = C && I >= Shift && I - Shift < C->Params.size() ? &U.Types[C->Params[I - Shift]] : nullptr;
    bool Reads =
        T && (T->Kind == ir::TypeKind::Record || (T->Kind == ir::TypeKind::Reference && U.Types[T->Inner].Const));
    if (!Reads) { // swap(step, other), fill(&step)
      Changed |= !callable(In, Holder).Unknown;
      callable(In, Holder).Unknown = true;
    }
  }
  return Changed;
}

void Program::collectCallables() {
  constexpr unsigned MostRounds = 4; // a callable handed down further stays what is known by then: not complete
  bool Changed = true;
  for (unsigned Round = 0; Changed && Round < MostRounds; ++Round) {
    Changed = false;
    for (FnId Id = 0; Id < Functions.size(); ++Id)
      for (const ir::Block &B : fn(Id).Blocks)
        for (const ir::Event &E : B.Events)
          if (E.Kind == ir::EventKind::Call || E.Kind == ir::EventKind::Construct || E.Kind == ir::EventKind::Destroy)
            Changed |= callablesFromEvent(Id, E);
  }
  if (Changed)
    Callables.clear();
  for (FnId Id = 0; Id < Functions.size(); ++Id)
    for (const auto &Captures : fn(Id).Captures)
      for (const ir::Capture &X : Captures)
        if (auto It = Callables.find({Id, holderIn(fn(Id), X.From)}); X.ByReference && It != Callables.end())
          It->second.Unknown = true;
}

} // namespace gilray::link
