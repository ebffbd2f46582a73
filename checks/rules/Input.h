// Everything a rule may read. What only some groups need is made when it is first asked for.
#ifndef GILRAY_RULES_INPUT_H
#define GILRAY_RULES_INPUT_H

#include <memory>

namespace gilray {
namespace flow {
class Results;
class LockSets;
}
namespace link {
class Modules;
}
namespace evidence {
class Evidence;
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

private:
  const flow::Results &R;
  mutable std::unique_ptr<link::Modules> TheModules;
  mutable std::unique_ptr<evidence::Evidence> TheEvidence;
  mutable std::unique_ptr<flow::LockSets> TheLocks;
};

} // namespace rules
} // namespace gilray

#endif
