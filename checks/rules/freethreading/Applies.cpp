#include "rules/freethreading/Applies.h"
#include "api/Model.h"
#include "flow/Results.h"
#include "rules/Report.h"
#include "llvm/ADT/STLExtras.h"

namespace gilray::rules {

bool withoutGil(const link::ExtensionModule &M) {
  return M.Gil.says(1) || (M.Unit && M.Unit->Facts.GilDisabled && !M.Gil.says(0));
}

bool withoutGil(const Input &In, link::FnId F) {
  auto Of = In.modules().of(F);
  if (Of.empty())
    return In.flow().program().unit(F).Facts.GilDisabled;
  return llvm::any_of(Of, [&](unsigned M) { return withoutGil(In.modules().all()[M]); });
}

bool onlyWithGil(const Input &In, link::EventRef At) {
  const ir::Unit &U = In.flow().program().unit(At.Fn);
  if (U.Facts.GilDisabled)
    return false;
  const ir::Loc &L = In.flow().program().where(At);
  return llvm::any_of(U.PPGroups, [&](const ir::PPGroup &G) {
    if (!G.Taken || G.Where.File != L.File || L.Line < G.Where.Line || L.Line > G.Where.EndLine)
      return false;
    for (const ir::PPGroup *X = &G; X; X = X->Previous ? &U.PPGroups[X->Previous - 1] : nullptr)
      if (X->Condition.contains("Py_GIL_DISABLED"))
        return true;
    return false;
  });
}

void remedyInGuide(Finding &F, std::string Text, llvm::StringRef Section) {
  remedy(F, std::move(Text) + "; see '" + Section.str() + "' in docs/guide/free-threading.md");
}

std::string replacement(const api::Entry &E) {
  if (E.Replacement.empty())
    return {};
  std::string Out = "'" + E.Replacement.str() + "'";
  // pythoncapi-compat brings the strong-reference functions of 3.13 to older versions.
  if (E.ReplacementSince)
    Out += " (" + std::to_string(E.ReplacementSince >> 8) + "." + std::to_string(E.ReplacementSince & 0xff) +
           (E.ReplacementSince == 0x030d ? ", or pythoncapi_compat.h)" : ")");
  return Out;
}

Finding raceFinding(const CheckInfo &Check, const evidence::Race &R, const link::ExtensionModule &M,
                    std::string Message) {
  Finding F;
  F.Check = &Check;
  F.Sev = Check.Default;
  F.Message = std::move(Message);
  F.Where = R.Where;
  F.Function = R.Function;
  F.Module = M.Name;
  F.Notes = R.Notes;
  return F;
}

void eachRace(const Input &In, llvm::function_ref<void(const evidence::Fact &, const link::ExtensionModule &)> Report) {
  for (const evidence::Fact &F : In.evidence().facts())
    if (F.Threads && !F.MayBeLocked)
      for (unsigned M : F.Modules)
        if (withoutGil(In.modules().all()[M])) {
          Report(F, In.modules().all()[M]);
          break;
        }
  static const link::ExtensionModule None;
  for (const evidence::Fact &F : In.evidence().loose())
    if (F.Threads && !F.MayBeLocked)
      Report(F, None);
}

} // namespace gilray::rules
