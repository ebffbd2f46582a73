#include "rules/module/ModuleReport.h"
#include "llvm/ADT/STLExtras.h"

namespace gilray::rules {

using link::ExtensionModule;

/// More blockers than these are a list to read in the readiness report, not in a finding.
static constexpr size_t MaxBlockerNotes = 5;

Finding moduleFinding(const Input &In, const CheckInfo &Check, const ExtensionModule &M, const ir::Unit &U,
                      const ir::Loc &Where, std::string Message) {
  Finding F;
  F.Check = &Check;
  F.Sev = Check.Default;
  F.Message = std::move(Message);
  F.Where = In.flow().place(U, Where);
  F.Module = M.Name;
  for (const ir::MacroStep &S : U.MacroChains[Where.Chain])
    if (S.Class == ir::HeaderClass::Project)
      F.Notes.push_back({NoteKind::Macro, "expanded from macro '" + S.Name.str() + "'", In.flow().place(U, S.Defined)});
  return F;
}

std::pair<const ir::Unit *, ir::Loc> slotPlace(const ExtensionModule &M) {
  if (M.SlotArray && M.SlotUnit)
    return {M.SlotUnit, M.SlotArray->Where};
  if (M.Definition && M.DefUnit)
    return {M.DefUnit, M.Definition->Where};
  return {M.Unit, M.Where};
}

Support supportFor(const Input &In, unsigned Module, evidence::Goal G) {
  Support S;
  S.Blockers = In.evidence().blockers(Module, G);
  // The declaration that the check is about is no evidence against itself.
  llvm::erase_if(S.Blockers, [](const evidence::Fact *F) { return F->What == evidence::Kind::Declared; });
  // What Cython keeps by itself is one thing, for which its __pyx_m stands.
  if (In.modules().all()[Module].Cython)
    llvm::erase_if(S.Blockers, [](const evidence::Fact *F) {
      return evidence::isCythonsOwn(F->Subject) && F->Subject != "__pyx_m";
    });
  for (const evidence::Unseen &U : In.evidence().unseen())
    if (llvm::is_contained(U.Modules, Module)) {
      if (U.Hides & G)
        S.Unseen.push_back(&U);
      S.Assumes |= !U.Hides;
    }
  return S;
}

std::string blockersText(const Support &S) {
  if (S.Blockers.empty())
    return "";
  const std::string First = "'" + S.Blockers.front()->Subject + "'";
  return S.Blockers.size() == 1 ? First + " speaks against it"
                                : std::to_string(S.Blockers.size()) + " things speak against it, first " + First;
}

void blockerNotes(Finding &F, const Support &S) {
  for (size_t I = 0; I < S.Blockers.size() && I < MaxBlockerNotes; ++I)
    F.Notes.push_back({NoteKind::Related, S.Blockers[I]->Says, S.Blockers[I]->Where});
  if (S.Blockers.size() > MaxBlockerNotes)
    why(F,
        "and " + std::to_string(S.Blockers.size() - MaxBlockerNotes) + " more; 'gilray readiness' lists all of them");
}

void whyNotEarned(Finding &F, const Support &S, StringRef Goal) {
  if (!S.Blockers.empty()) {
    why(F, (Goal + " is not supported: ").str() + blockersText(S));
    blockerNotes(F, S);
  } else if (!S.Unseen.empty()) {
    F.Notes.push_back({NoteKind::Related,
                       ("whether " + Goal + " is supported cannot be said: ").str() + S.Unseen.front()->Reason +
                           (S.Unseen.size() > 1 ? " (and " + std::to_string(S.Unseen.size() - 1) + " more)" : ""),
                       S.Unseen.front()->Where});
  }
}

} // namespace gilray::rules
