// From evidence to findings: which modules a fact matters to, and the noise rule of the group `state`.
//
// A module that promises nothing gets one finding per check: "'Noddy_Type' and 4 other static types ...", with the
// others as notes. One that declares support for interpreters with their own GIL, or for running without a GIL, gets
// one per fact that stands against it. What a module refuses to support is not held against it.
#ifndef GILRAY_RULES_FACTREPORT_H
#define GILRAY_RULES_FACTREPORT_H

#include "core/Finding.h"
#include "evidence/Evidence.h"
#include "rules/Input.h"
#include "llvm/ADT/STLFunctionalExtras.h"

namespace gilray::rules {

/// Goals that a module declares, and those that it refuses.
struct Promises {
  uint8_t Declared = 0, Refused = 0;
};
Promises promises(const link::ExtensionModule &M);

Finding fromFact(const CheckInfo &Check, const evidence::Fact &F, const link::ExtensionModule &M);

struct FactGroup {
  const evidence::Fact *First = nullptr;
  size_t Others = 0;
  /// "'a'" or "'a' and 3 others".
  std::string subjects() const;
};
/// Findings for all facts of a kind that speak against some goal. Why says why it matters; Together is the message for
/// several facts of one module.
void reportFacts(const Input &In, const CheckInfo &Check, evidence::Kind K, llvm::StringRef Why,
                 llvm::function_ref<std::string(const FactGroup &)> Together, std::vector<Finding> &Out);

} // namespace gilray::rules

#endif
