// Reads target names.
#include "config/Targets.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallVector.h"

namespace gilray::config {

llvm::Expected<Target> parseTarget(llvm::StringRef Text) {
  Target T;
  llvm::StringRef Rest = Text;
  T.FreeThreaded = Rest.consume_back("t");
  auto [Major, Minor] = Rest.split('.');
  if (Major.getAsInteger(10, T.Major) || Minor.getAsInteger(10, T.Minor) || T.Major < 2 || T.Major > 9 || T.Minor > 99)
    return llvm::createStringError(
        std::errc::invalid_argument,
        "'%s' is not a Python version; write it as 3.12, or 3.13t for the free-threaded build", Text.str().c_str());
  if (T.FreeThreaded && (T.Major < 3 || (T.Major == 3 && T.Minor < 13)))
    return llvm::createStringError(std::errc::invalid_argument,
                                   "Python %s has no free-threaded build; the first is 3.13t", Rest.str().c_str());
  return T;
}

llvm::Expected<std::vector<Target>> parseTargets(llvm::StringRef List) {
  std::vector<Target> Targets;
  llvm::SmallVector<llvm::StringRef, 4> Parts;
  List.split(Parts, ',');
  for (llvm::StringRef Part : Parts) {
    auto T = parseTarget(Part.trim());
    if (!T)
      return T.takeError();
    Targets.push_back(*T);
  }
  llvm::sort(Targets);
  Targets.erase(llvm::unique(Targets), Targets.end());
  return Targets;
}

} // namespace gilray::config
