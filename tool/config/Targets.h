// A target is a Python version and build kind to judge for: "3.12", "3.15t" (t: free-threaded).
#ifndef GILRAY_CONFIG_TARGETS_H
#define GILRAY_CONFIG_TARGETS_H

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include <compare>
#include <string>
#include <vector>

namespace gilray::config {

struct Target {
  unsigned Major = 0, Minor = 0;
  bool FreeThreaded = false;
  std::string name() const { return std::to_string(Major) + "." + std::to_string(Minor) + (FreeThreaded ? "t" : ""); }
  auto operator<=>(const Target &) const = default;
};

llvm::Expected<Target> parseTarget(llvm::StringRef Text);
/// A comma-separated list; sorted, unique.
llvm::Expected<std::vector<Target>> parseTargets(llvm::StringRef List);

} // namespace gilray::config

#endif
