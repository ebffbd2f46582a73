// What the user is told about a file that did not parse cleanly: one line per file, or per header
// that is not found, with the way out.
#ifndef GILRAY_DRIVER_PARSEISSUES_H
#define GILRAY_DRIVER_PARSEISSUES_H

#include "core/Finding.h"
#include "ir/Unit.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include <optional>
#include <string>

namespace gilray::driver {

struct IssueSummary {
  std::string Advice; ///< for the terminal: what is wrong and what to do
  std::string Header; ///< the header that is not found, if that is what is wrong
  Incomplete Record;  ///< for the report
};

/// Nothing for a unit without issues. Shown: how a path is written for the user.
std::optional<IssueSummary> summarise(const ir::Unit &U, llvm::function_ref<std::string(llvm::StringRef Path)> Shown);

} // namespace gilray::driver

#endif
