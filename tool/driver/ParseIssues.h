// What the user is told about a file that did not parse cleanly: one line per file, with the way out.
#ifndef GILRAY_DRIVER_PARSEISSUES_H
#define GILRAY_DRIVER_PARSEISSUES_H

#include "core/Finding.h"
#include "ir/Unit.h"
#include <optional>
#include <string>

namespace gilray::driver {

struct IssueSummary {
  std::string Advice; ///< for the terminal: what is wrong and what to do
  Incomplete Record;  ///< for the report
};

/// Nothing for a unit without issues.
std::optional<IssueSummary> summarise(const ir::Unit &U);

} // namespace gilray::driver

#endif
