// The list of checks. Checks.def is its only source, so a check that is not listed there does not exist.
#include "core/CheckInfo.h"
#include "llvm/ADT/StringRef.h"
#include <algorithm>
#include <array>

namespace gilray {

#define GILRAY_CHECK_ENTRY(Sym) extern const CheckInfo Sym##Check;
#include "Checks.def"
#undef GILRAY_CHECK_ENTRY

namespace {

struct Rename {
  llvm::StringRef Old, New;
};

/// Names of earlier releases. NOLINT comments and configurations in the world keep working; entries are never removed.
constexpr std::array<Rename, 0> Renames = {};

} // namespace

std::span<const CheckInfo *const> allChecks() {
  static const CheckInfo *const Checks[] = {
#define GILRAY_CHECK_ENTRY(Sym) &Sym##Check,
#include "Checks.def"
#undef GILRAY_CHECK_ENTRY
  };
  return Checks;
}

const CheckInfo *findCheck(std::string_view Name) {
  llvm::StringRef Wanted(Name);
  Wanted.consume_front("gilray-");
  for (const Rename &R : Renames)
    if (R.Old == Wanted)
      Wanted = R.New;
  auto Checks = allChecks();
  auto It = std::find_if(Checks.begin(), Checks.end(),
                         [&](const CheckInfo *C) { return llvm::StringRef(C->Name) == Wanted; });
  return It == Checks.end() ? nullptr : *It;
}

} // namespace gilray
