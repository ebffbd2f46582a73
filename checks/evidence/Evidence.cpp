#include "evidence/Evidence.h"
#include "evidence/Context.h"
#include "llvm/ADT/STLExtras.h"

namespace gilray::evidence {

Evidence::Evidence(const flow::Results &R, const link::Modules &M, const flow::LockSets &L) {
  // Without a module nobody declares anything: an embedding program, or one file of an extension on its own.
  if (M.all().empty())
    return;
  Context C(R, M, L, Facts, Hidden);
  for (auto Collect :
       {collectForms, collectStaticTypes, collectStaticObjects, collectGlobals, collectImportTables, collectLookups,
        collectHeapTypes, collectModuleState, collectProcessWide, collectGilState, collectFields, collectUnseen})
    Collect(C);
  llvm::stable_sort(Facts, [](const Fact &A, const Fact &B) {
    return std::tuple(A.Where.key(), A.What, A.Says) < std::tuple(B.Where.key(), B.What, B.Says);
  });
}

std::vector<const Fact *> Evidence::blockers(unsigned Module, Goal G) const {
  std::vector<const Fact *> Out;
  for (const Fact &F : Facts)
    if ((F.Blocks & G) && llvm::is_contained(F.Modules, Module))
      Out.push_back(&F);
  return Out;
}

} // namespace gilray::evidence
