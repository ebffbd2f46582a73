// What a long-lived host reads again and again: configurations and project indices, kept until their file changes.
#ifndef GILRAY_HOST_KEPT_H
#define GILRAY_HOST_KEPT_H

#include "cache/ProjectIndex.h"
#include "config/Config.h"
#include <memory>
#include <mutex>

namespace gilray::tidy {

/// A project index, decoded.
class IndexedProject {
public:
  IndexedProject(cache::ProjectIndex Index, llvm::StringRef Target);

  /// The units of files that are as they were.
  llvm::ArrayRef<ir::Unit> units() const { return Units; }
  /// What is known of the headers of File, which need not be as it was: its unit without what stands in File itself.
  /// Null if it was never indexed.
  const ir::Unit *headersOf(llvm::StringRef File) const;

private:
  cache::ProjectIndex Index;
  std::string Target;
  std::vector<ir::Unit> Units;
  mutable std::mutex Lock;
  mutable std::map<std::string, std::unique_ptr<ir::Unit>> HeaderParts;
};

class Kept {
public:
  /// An empty path gives an empty configuration.
  static llvm::Expected<std::shared_ptr<const config::Config>> config(const std::string &Path);
  /// Without a file, an empty project.
  static llvm::Expected<std::shared_ptr<const IndexedProject>> index(const std::string &Path, llvm::StringRef Target);
};

} // namespace gilray::tidy

#endif
