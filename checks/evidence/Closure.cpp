#include "evidence/Closure.h"
#include "llvm/ADT/STLExtras.h"

namespace gilray::evidence {

using ir::EventKind;
using ir::HeaderClass;
using ir::ValueKind;
using llvm::StringRef;

/// More functions than this, and the answer is that anything can happen.
static constexpr size_t MaxFunctions = 200;

Closure::Closure(const Context &C, FnId F) : C(C) {
  Functions.push_back(F);
  for (size_t Next = 0; Next < Functions.size() && Next < MaxFunctions; ++Next)
    look(Functions[Next]);
  Open |= Functions.size() >= MaxFunctions;
}

void Closure::look(FnId Id) {
  const ir::Function &F = C.P.fn(Id);
  Open |= F.Body != ir::BodyState::Complete;
  const auto &Targets = C.R.engine().infos()[Id].Targets;
  for (ir::BlockId B = 0; B < Targets.size(); ++B)
    for (uint32_t N = 0; N < Targets[B].size(); ++N) {
      const link::Target &T = Targets[B][N];
      const ir::Event &E = F.Blocks[B].Events[N];
      for (FnId G : T.Fns)
        if (!llvm::is_contained(Functions, G))
          Functions.push_back(G);
      if (T.Fns.empty() && T.Named && !T.Api)
        Open |= C.P.homeOf(C.P.unit(Id), *T.Named) == HeaderClass::Project;
      // visit(x, arg) and tp->tp_free(self) are what these functions are made of; base->tp_dealloc(self) does it all.
      if (T.Unresolved && !T.Named && E.Target) {
        const ir::Value &V = F.Values[E.Target];
        bool Harmless = V.Kind == ValueKind::Var || (V.Kind == ValueKind::Field && V.Str == "tp_free");
        Open |= !Harmless;
      }
    }
  for (FnId G : C.R.callees(Id)) // destructors
    if (!llvm::is_contained(Functions, G))
      Functions.push_back(G);
}

bool Closure::calls(StringRef Name) const {
  return anyEvent([&](FnId F, const ir::Event &E) { return E.Callee && C.P.unit(F).Callees[E.Callee].Name == Name; });
}

bool Closure::untracks() const {
  return anyEvent([&](FnId F, const ir::Event &E) {
    const api::Entry *A = C.P.api(F, E.Callee);
    return A && A->Untracks;
  });
}

bool Closure::mentions(StringRef Record, StringRef Field) const {
  for (FnId F : Functions)
    for (const ir::Value &V : C.P.fn(F).Values)
      if (V.Kind == ValueKind::Field && V.Rec == Record && V.Str == Field)
        return true;
  return false;
}

bool Closure::callsThrough(StringRef Field) const {
  return anyEvent([&](FnId F, const ir::Event &E) {
    return E.Kind == EventKind::Call && !E.Callee && C.P.fn(F).Values[E.Target].Kind == ValueKind::Field &&
           C.P.fn(F).Values[E.Target].Str == Field;
  });
}

bool Closure::isTypeValue(FnId Id, ir::ValueId V) const {
  const ir::Function &F = C.P.fn(Id);
  while (F.Values[V].Kind == ValueKind::Cast)
    V = F.Values[V].A;
  if (C.TheTypes.isTypeObjectPointer(C.P.unit(Id), C.P.typeOf(Id, V)))
    return true;
  bool FromType = F.Values[V].Kind == ValueKind::Field && F.Values[V].Str == "ob_type";
  for (const ir::Block &B : F.Blocks)
    for (const ir::Event &E : B.Events) {
      FromType |= E.Result && E.Result == V && C.TheTypes.isTypeObjectPointer(C.P.unit(Id), E.Type);
      if (E.Kind == EventKind::Assign && E.Dst == V && F.Values[V].Kind == ValueKind::Var && E.Src != V) {
        ir::ValueId From = E.Src;
        while (F.Values[From].Kind == ValueKind::Cast)
          From = F.Values[From].A;
        FromType |= F.Values[From].Kind != ValueKind::Var && isTypeValue(Id, From);
      }
    }
  return FromType;
}

bool Closure::releasesType() const {
  return anyEvent([&](FnId F, const ir::Event &E) {
    const api::Entry *A = C.P.api(F, E.Callee);
    return A && !E.Args.empty() && (A->Steals & 1) && isTypeValue(F, E.Args[0]);
  });
}

} // namespace gilray::evidence
