#include "rules/freethreading/Allocations.h"
#include "flow/LockSets.h"
#include "ir/Values.h"
#include "llvm/ADT/STLExtras.h"

namespace gilray::rules {

using api::Memory;
using ir::EventKind;
using ir::ValueId;
using ir::ValueKind;
using link::FnId;
using llvm::StringRef;

Allocations::Allocations(const Input &In) : In(In), P(In.flow().program()) {
  for (FnId F = 0; F < P.functions().size(); ++F)
    look(F);
  if (Made.empty() && Frees.empty() && InObjects.empty()) // nobody will ask where memory comes from
    return;
  for (FnId F = 0; F < P.functions().size(); ++F)
    stores(F);
}

/// A local of one function, a global, or a field of a type; empty for other places.
std::string Allocations::key(FnId Id, ValueId V) const {
  const ir::Function &F = P.fn(Id);
  V = withoutCasts(F, V);
  if (F.Values[V].Kind == ValueKind::Var)
    return F.Values[V].Ref < F.NumParams ? std::string() : std::to_string(Id) + "#" + std::to_string(V);
  if (F.Values[V].Kind == ValueKind::Temp)
    return std::to_string(Id) + "%" + std::to_string(V);
  if (F.Values[V].Kind == ValueKind::Field || F.Values[V].Kind == ValueKind::Global)
    return In.locks().placeName(Id, V).str();
  return {};
}

std::string Allocations::name(FnId Id, ValueId V) const {
  const ir::Function &F = P.fn(Id);
  V = withoutCasts(F, V);
  if (F.Values[V].Kind == ValueKind::Var)
    return F.Vars[F.Values[V].Ref].Name.str();
  if (F.Values[V].Kind == ValueKind::Global) {
    const ir::Global *G = P.global(F.Values[V].Str);
    return G ? G->Name.str() : std::string();
  }
  return F.Values[V].Kind == ValueKind::Field ? F.Values[V].Str.str() : std::string();
}

bool Allocations::isObjectPointer(FnId Id, ValueId V) const {
  const ir::Unit &U = P.unit(Id);
  const ir::Function &F = P.fn(Id);
  ir::TypeId T = F.Values[V].Kind == ValueKind::Cast ? F.Values[V].Type : P.typeOf(Id, V);
  if (U.Types[T].Kind != ir::TypeKind::Pointer)
    return false;
  const ir::Record *R = P.record(U.Types[U.Types[T].Inner].Record);
  return U.Types[U.Types[T].Inner].Record == "_object" || (R && R->PythonObject);
}

/// Allocations, and what is done with memory.
void Allocations::look(FnId Id) {
  const ir::Function &F = P.fn(Id);
  const auto &Targets = In.flow().engine().infos()[Id].Targets;
  for (ir::BlockId B = 0; B < F.Blocks.size(); ++B)
    for (uint32_t I = 0; I < F.Blocks[B].Events.size(); ++I) {
      const ir::Event &E = F.Blocks[B].Events[I];
      const api::Entry *A = Targets[B][I].Api;
      if (!A)
        continue;
      link::EventRef At{Id, B, I};
      if (A->MakesObject && !E.Args.empty())
        Made.push_back({At, A, key(Id, E.Args[0]), name(Id, E.Args[0])});
      if (A->Domain == Memory::None)
        continue;
      if (A->Frees >= 0 && unsigned(A->Frees) < E.Args.size())
        Frees.push_back({At, A, key(Id, E.Args[A->Frees]), name(Id, E.Args[A->Frees])});
      if (!A->Allocates || !E.Result)
        continue;
      Place &Mine = Places[key(Id, E.Result)];
      // What only resizes keeps the domain of what was there.
      if (A->Frees < 0)
        Mine.From.push_back({At, A->Domain, A->Name});
      if (A->Domain == Memory::Object && A->Result != api::Returns::NewRef && A->Frees < 0)
        InObjects.push_back({key(Id, E.Result), {At, A->Domain, A->Name}});
    }
}

/// What is stored where: results of allocations, null, or anything else.
void Allocations::stores(FnId Id) {
  const ir::Function &F = P.fn(Id);
  const auto &Targets = In.flow().engine().infos()[Id].Targets;
  auto Store = [&](ValueId To, ValueId What) {
    std::string Into = key(Id, To);
    if (Into.empty())
      return;
    Place &Mine = Places[Into];
    Mine.Object |= isObjectPointer(Id, To) || isObjectPointer(Id, What);
    ValueId Source = withoutCasts(F, What);
    ValueKind K = F.Values[Source].Kind;
    if (K == ValueKind::Null || K == ValueKind::Undef || (K == ValueKind::Int && !F.Values[Source].Int))
      return;
    std::string From = key(Id, Source);
    auto Known = K == ValueKind::Temp || (K == ValueKind::Var && !From.empty()) ? Places.find(From) : Places.end();
    if (Known == Places.end() || Known->second.Unknown) {
      Mine.Unknown = true;
      return;
    }
    bool Object = Known->second.Object;
    auto Of = Known->second.From;
    Place &Again = Places[Into];
    Again.From.append(Of.begin(), Of.end());
    Again.Object |= Object;
    for (auto &[Where, S] : InObjects)
      if (Where == From)
        Where = Into;
  };
  for (ir::BlockId B = 0; B < F.Blocks.size(); ++B)
    for (uint32_t I = 0; I < F.Blocks[B].Events.size(); ++I) {
      const ir::Event &E = F.Blocks[B].Events[I];
      if (E.Kind == EventKind::Assign || E.Kind == EventKind::Write) {
        if (E.Compound)
          Places[key(Id, E.Dst)].Unknown = true;
        else
          Store(E.Dst, E.Src);
      }
      // Whoever gets the address may store anything.
      for (ValueId A : E.Args)
        if (F.Values[A].Kind == ValueKind::AddrOf && !(Targets[B][I].Api && Targets[B][I].Api->OutArg < 0))
          if (std::string K = key(Id, F.Values[A].A); !K.empty())
            Places[K].Unknown = true;
    }
}

const Allocations::Source *Allocations::source(const Use &U) const {
  auto It = Places.find(U.Key);
  if (U.Key.empty() || It == Places.end() || It->second.Unknown || It->second.From.empty())
    return nullptr;
  const Source &First = It->second.From.front();
  bool Same = llvm::all_of(It->second.From, [&](const Source &S) { return S.Domain == First.Domain; });
  return Same ? &First : nullptr;
}

std::vector<Allocations::Source> Allocations::buffersInObjectDomain() const {
  std::vector<Source> Out;
  for (const auto &[Where, S] : InObjects) {
    auto It = Places.find(Where);
    // Kept nowhere that is known: returned, or handed on.
    bool Kept = StringRef(Where).find('%') == StringRef::npos;
    if (!Kept || It == Places.end() || It->second.Object ||
        llvm::any_of(Made, [&](const Use &U) { return U.Key == Where; }))
      continue;
    Out.push_back(S);
  }
  return Out;
}

std::vector<std::pair<ir::Loc, const api::Entry *>> wrongFreeSlots(const link::Program &P, const ir::Unit &U,
                                                                   const ir::Init &I) {
  std::vector<std::pair<ir::Loc, const api::Entry *>> Out;
  auto Judge = [&](const ir::Init &Value) {
    if (Value.Kind != ir::InitKind::Function || !Value.Func)
      return;
    const ir::Callee &C = U.Callees[Value.Func];
    const api::Entry *A = P.model().function(C.Name, P.homeOf(U, C));
    if (A && A->Frees >= 0 && A->Domain != Memory::Object && A->Domain != Memory::Collect && A->Domain != Memory::None)
      Out.push_back({Value.Where.valid() ? Value.Where : I.Where, A});
  };
  const ir::Init *Slot = nullptr;
  for (const ir::Init &E : I.Elems) {
    if (E.Field == "tp_free")
      Judge(E);
    if (E.Field == "slot")
      Slot = &E;
    else if (Slot && Slot->Spelling == "Py_tp_free")
      Judge(E);
    auto Inner = wrongFreeSlots(P, U, E);
    Out.insert(Out.end(), Inner.begin(), Inner.end());
  }
  return Out;
}

} // namespace gilray::rules
