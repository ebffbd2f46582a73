// NOLINT comments as clang-tidy reads them, in the text of a comment.
#ifndef GILRAY_IR_NOLINT_H
#define GILRAY_IR_NOLINT_H

#include "ir/Unit.h"
#include <vector>

namespace gilray::ir {

struct Nolint {
  SuppressionKind Kind = SuppressionKind::Line;
  std::vector<llvm::StringRef> Checks; ///< globs, parts of the text; empty: all
  size_t Offset = 0, Length = 0;       ///< in the text, with the list of checks
};

/// NOLINT, NOLINTNEXTLINE, NOLINTBEGIN, NOLINTEND, each with an optional list of check globs in parentheses.
std::vector<Nolint> nolints(llvm::StringRef Comment);

} // namespace gilray::ir

#endif
