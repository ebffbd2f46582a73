#include "evidence/Evidence.h"
#include "evidence/Context.h"
#include "llvm/ADT/STLExtras.h"

namespace gilray::evidence {

Evidence::Evidence(const flow::Results &R, const link::Modules &M, const flow::LockSets &L) {
  auto Sort = [](std::vector<Fact> &All) {
    llvm::stable_sort(All, [](const Fact &A, const Fact &B) {
      return std::tuple(A.Where.key(), A.What, A.Says) < std::tuple(B.Where.key(), B.What, B.Says);
    });
  };
  // Without a module nobody declares anything: an embedding program, or one file of an extension on its own. What the
  // threads of a build without GIL do to each other in there is seen all the same.
  if (M.all().empty()) {
    if (llvm::none_of(R.program().units(), [](const ir::Unit *U) { return U->Facts.GilDisabled; }))
      return;
    std::vector<Unseen> Nobodys;
    Context C(R, M, L, Loose, Nobodys);
    for (auto Collect : {collectStaticObjects, collectGlobals, collectFields})
      Collect(C);
    llvm::erase_if(Loose, [](const Fact &F) { return !F.Threads && F.What != Kind::UnguardedField; });
    Sort(Loose);
    return;
  }
  Context C(R, M, L, Facts, Hidden);
  for (auto Collect :
       {collectForms, collectStaticTypes, collectStaticObjects, collectGlobals, collectImportTables, collectLookups,
        collectHeapTypes, collectModuleState, collectProcessWide, collectGilState, collectFields, collectUnseen})
    Collect(C);
  Sort(Facts);
}

std::vector<const Fact *> Evidence::blockers(unsigned Module, Goal G) const {
  std::vector<const Fact *> Out;
  for (const Fact &F : Facts)
    if ((F.Blocks & G) && llvm::is_contained(F.Modules, Module))
      Out.push_back(&F);
  return Out;
}

} // namespace gilray::evidence
