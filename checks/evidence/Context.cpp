#include "evidence/Context.h"
#include "llvm/ADT/STLExtras.h"

namespace gilray::evidence {

Context::Context(const flow::Results &R, const link::Modules &M, const flow::LockSets &L, std::vector<Fact> &Facts,
                 std::vector<Unseen> &Hidden)
    : R(R), P(R.program()), M(M), Locks(L), TheTypes(P), TheReach(R, M), TheStorage(R, TheTypes), Facts(Facts),
      Hidden(Hidden) {
  llvm::StringMap<size_t> Seen;
  for (const ir::Unit *U : P.units())
    for (const ir::Global &G : U->Globals) {
      if (U->Files[G.Where.File].Class != ir::HeaderClass::Project || !G.Where.valid())
        continue;
      auto [It, New] = Seen.try_emplace(G.Id, Variables.size());
      Variable V{U, &G, TheTypes.content(*U, G.Type)};
      if (New)
        Variables.push_back(V);
      else if (G.Definition && !Variables[It->second].Global->Definition)
        Variables[It->second] = V;
    }
}

FnId Context::owner(const Variable &V) const {
  return V.Global->Link == ir::Linkage::None && !V.Global->Owner.empty() ? P.byId(V.Global->Owner, *V.Unit)
                                                                         : link::NoFn;
}

std::string Context::spell(const Variable &V) const {
  std::string Out = "'" + V.Global->Name.str() + "'";
  if (FnId F = owner(V); F != link::NoFn)
    Out += " of '" + R.functionName(F) + "'";
  return Out;
}

bool Context::isWritten(llvm::StringRef Id) const {
  return llvm::any_of(TheStorage.writes(Id),
                      [&](const WriteSite &W) { return P.fn(W.At.Fn).Kind != ir::FunctionKind::GlobalInit; });
}

void Context::note(Fact &F, NoteKind K, std::string Text, Place Where) const {
  F.Notes.push_back({K, std::move(Text), std::move(Where)});
}

void Context::witness(Fact &F, EventRef At, std::string Text) const {
  TheReach.witness(At.Fn, F.Notes);
  note(F, NoteKind::Path, std::move(Text), place(At));
}

Context::Guard Context::guard(llvm::ArrayRef<flow::SharedAccess> Accesses) const {
  if (Accesses.empty())
    return Guard::None;
  if (!Locks.commonLock(Accesses, /*Weak=*/true).empty())
    return Guard::Lock;
  return llvm::any_of(Accesses,
                      [](const flow::SharedAccess &A) { return A.Uncertain || A.Must.size() != A.May.size(); })
             ? Guard::Unknown
             : Guard::None;
}

void Context::add(Fact F, llvm::SmallVector<unsigned, 1> Modules) const {
  if (Modules.empty())
    return;
  F.Modules = std::move(Modules);
  Facts.push_back(std::move(F));
}

} // namespace gilray::evidence
