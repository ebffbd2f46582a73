#include "evidence/Evidence.h"

namespace gilray::evidence {

Evidence::Evidence(const flow::Results &, const link::Modules &) {}

std::vector<const Fact *> Evidence::blockers(unsigned Module, Goal G) const {
  std::vector<const Fact *> Out;
  for (const Fact &F : Facts)
    if ((F.Blocks & G) && llvm::is_contained(F.Modules, Module))
      Out.push_back(&F);
  return Out;
}

} // namespace gilray::evidence
