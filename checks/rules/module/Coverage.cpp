// For which Pythons does the code that was judged speak?
//
//     #if PY_VERSION_HEX < 0x030D0000      analysed with the headers of 3.13, nothing speaks against an own GIL;
//     static PyObject *cache;              in 3.12 the cache does, so that the slot must not be declared there
//     #endif
#include "rules/module/ModuleReport.h"
#include "llvm/ADT/STLExtras.h"

namespace gilray::rules {

using link::PythonBuild;

static constexpr uint32_t Versions[] = {0x030C00F0, 0x030D00F0, 0x030E00F0, 0x030F00F0};
llvm::ArrayRef<uint32_t> knownVersions() { return Versions; }

Coverage::Coverage(const Input &In, unsigned Module) : In(In), M(In.modules().all()[Module]) {
  const link::Program &P = In.flow().program();
  Units.push_back(M.Unit);
  for (link::FnId F = 0; F < P.functions().size(); ++F)
    if (!llvm::is_contained(Units, &P.unit(F)) && llvm::is_contained(In.modules().of(F), Module))
      Units.push_back(&P.unit(F));
}

PythonBuild Coverage::here() const {
  const ir::UnitFacts &F = M.Unit->Facts;
  return {F.PyVersionHex, F.GilDisabled, F.LimitedApi};
}

std::optional<Place> Coverage::otherCode(const PythonBuild &A, const PythonBuild &B,
                                         llvm::ArrayRef<const ir::PPGroup *> Ignored) const {
  for (const ir::Unit *U : Units) {
    auto Ignore = [&](const ir::PPGroup &G) {
      return llvm::is_contained(Ignored, &G) ||
             (U == M.SlotUnit && M.SlotArray && link::contains(M.SlotArray->Value.Where, G.Where));
    };
    if (const ir::PPGroup *G = link::difference(*U, A, B, Ignore)) {
      ir::Loc Where = G->Where;
      Where.EndLine = Where.EndCol = 0;
      return In.flow().place(*U, Where);
    }
  }
  return std::nullopt;
}

std::optional<Coverage::Guard> Coverage::guard(bool Gil) const {
  const PythonBuild Here = here();
  // Free-threaded builds read the slot about the GIL, builds with a GIL the one about interpreters.
  auto Same = [&](uint32_t Hex) { return !otherCode(Here, {Hex, Gil, Here.Limited}); };
  if (!Same(Here.Hex))
    return std::nullopt;
  Guard G;
  for (uint32_t Hex : llvm::reverse(Versions)) {
    if (Gil && Hex < 0x030D0000)
      continue;
    if (Hex >> 16 == Here.Hex >> 16) {
      G.From = Hex;
    } else if (!Same(Hex)) {
      G.All = false;
      if (Hex < Here.Hex)
        break;
    } else if (Hex < Here.Hex) {
      G.From = Hex;
    }
  }
  G.From = G.From ? G.From & 0xFFFF0000 : Gil ? 0x030D0000 : 0x030C0000;
  return G;
}

void otherCodeNote(Finding &F, const Coverage &C, bool Gil) {
  PythonBuild Other = C.here();
  Other.NoGil = Gil;
  if (auto Where = C.otherCode(C.here(), Other))
    F.Notes.push_back({NoteKind::Related,
                       std::string("whether it is supported cannot be said: a build ") + (Gil ? "without" : "with") +
                           " a GIL has other code here",
                       *Where});
}

} // namespace gilray::rules
