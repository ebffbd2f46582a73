// Everything a rule may read. What only some groups need is made when it is first asked for.
#ifndef GILRAY_RULES_INPUT_H
#define GILRAY_RULES_INPUT_H

#include "core/SourceReader.h"
#include <map>
#include <memory>
#include <string>

namespace gilray {
namespace flow {
class Results;
class LockSets;
} // namespace flow
namespace link {
class Modules;
}
namespace evidence {
class Evidence;
}
namespace ownership {
class Ownership;
class Validity;
} // namespace ownership
namespace belief {
class ForeignCalls;
}

namespace rules {

class Input {
public:
  explicit Input(const flow::Results &R, SourceReader Read = readFromDisk,
                 std::map<std::string, std::string> GuardedBy = {});
  ~Input();

  const flow::Results &flow() const { return R; }
  /// Locks that the configuration states: "Conn.status" or the name of a variable -> lock.
  const std::map<std::string, std::string> &guardedBy() const { return GuardedBy; }
  const link::Modules &modules() const;
  const evidence::Evidence &evidence() const;
  const flow::LockSets &locks() const;
  const ownership::Ownership &ownership() const;
  /// The text of a file as it was parsed; none where it cannot be had.
  std::optional<std::string> text(llvm::StringRef Path) const { return Read ? Read(Path) : std::nullopt; }
  const ownership::Validity &validity() const;
  const belief::ForeignCalls &foreignCalls() const;

private:
  const flow::Results &R;
  SourceReader Read;
  std::map<std::string, std::string> GuardedBy;
  mutable std::unique_ptr<link::Modules> TheModules;
  mutable std::unique_ptr<evidence::Evidence> TheEvidence;
  mutable std::unique_ptr<flow::LockSets> TheLocks;
  mutable std::unique_ptr<ownership::Ownership> TheOwnership;
  mutable std::unique_ptr<ownership::Validity> TheValidity;
  mutable std::unique_ptr<belief::ForeignCalls> TheForeignCalls;
};

} // namespace rules
} // namespace gilray

#endif
