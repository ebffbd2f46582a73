// The words of a spec and of reports.
#include "spec/Spec.h"

namespace gilray::probe {

llvm::StringRef strategyName(Strategy S) {
  switch (S) {
  case Strategy::Threads:
    return "threads";
  case Strategy::SharedGil:
    return "shared-gil";
  case Strategy::OwnGil:
    return "own-gil";
  case Strategy::Processes:
    return "processes";
  }
  llvm_unreachable("all strategies are named");
}

std::optional<Strategy> parseStrategy(llvm::StringRef Name) {
  for (Strategy S : AllStrategies)
    if (strategyName(S) == Name)
      return S;
  return std::nullopt;
}

llvm::StringRef shareName(Share S) { return S == Share::Own ? "own" : "args"; }

} // namespace gilray::probe
