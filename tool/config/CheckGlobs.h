// Lists of check names with wildcards and exclusions: --checks, `checks:` in the configuration, NOLINT comments.
#ifndef GILRAY_CONFIG_CHECKGLOBS_H
#define GILRAY_CONFIG_CHECKGLOBS_H

#include "config/Glob.h"
#include "core/CheckInfo.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include <vector>

namespace gilray::config {

/// Items are applied in order, the last that matches decides. A list that begins with an exclusion starts from all
/// checks, any other from none: "gilray-detached-*" runs these only, "-gilray-detached-*" all but these, and
/// clang-tidy's
/// "-*,gilray-detached-*" means what it means there.
class CheckGlobs {
public:
  CheckGlobs() = default;
  /// An item that matches no check is an error with "did you mean".
  static llvm::Expected<CheckGlobs> parse(llvm::ArrayRef<llvm::StringRef> Items);
  static llvm::Expected<CheckGlobs> parse(llvm::StringRef CommaList);

  bool empty() const { return Items.empty(); }
  /// Whether Check is selected, where Base says whether it was before this list.
  bool selects(const CheckInfo &Check, bool Base = true) const;

private:
  struct Item {
    bool Exclude;
    Glob Pattern;
  };
  std::vector<Item> Items;
  bool startsFromAll() const { return Items.empty() || Items.front().Exclude; }
};

/// The error text for a name that is no check: with the nearest one and where to look.
std::string unknownCheck(llvm::StringRef Name);

/// A glob of a NOLINT comment, which names checks in full and may name other tools' checks.
bool matchesFullName(llvm::StringRef Text, const CheckInfo &Check);

} // namespace gilray::config

#endif
