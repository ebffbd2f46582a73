// Everything a rule may read. What only some groups need is made when it is first asked for.
#ifndef GILRAY_RULES_INPUT_H
#define GILRAY_RULES_INPUT_H

#include <memory>

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
}

namespace rules {

class Input {
public:
  explicit Input(const flow::Results &R);
  ~Input();

  const flow::Results &flow() const { return R; }
  const link::Modules &modules() const;
  const evidence::Evidence &evidence() const;
  const flow::LockSets &locks() const;
  const ownership::Ownership &ownership() const;

private:
  const flow::Results &R;
  mutable std::unique_ptr<link::Modules> TheModules;
  mutable std::unique_ptr<evidence::Evidence> TheEvidence;
  mutable std::unique_ptr<flow::LockSets> TheLocks;
  mutable std::unique_ptr<ownership::Ownership> TheOwnership;
};

} // namespace rules
} // namespace gilray

#endif
