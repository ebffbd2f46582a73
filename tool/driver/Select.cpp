// Selection of checks.
#include "driver/Select.h"
#include "llvm/ADT/STLExtras.h"

namespace gilray::driver {

using namespace llvm;

Expected<Selection> Selection::create(const config::Config &C, StringRef CommandLine) {
  Selection S(C);
  if (!CommandLine.empty()) {
    auto Globs = config::CheckGlobs::parse(CommandLine);
    if (!Globs)
      return Globs.takeError();
    S.FromCommandLine = std::move(*Globs);
  }
  return S;
}

/// A severity of `off` deselects, but a level elsewhere does not select: `checks` decides that.
static bool isOff(const config::SeverityMap &Map, const CheckInfo &Check, bool Before) {
  auto It = Map.find(&Check);
  return It == Map.end() ? Before : !It->second;
}

bool Selection::selectedAtAll(const CheckInfo &Check) const {
  bool Base = Conf.Checks.selects(Check), Off = isOff(Conf.Severities, Check, false);
  if (FromCommandLine.selects(Check, Base) && !Off)
    return true;
  return any_of(Conf.Overrides, [&](const config::Override &O) {
    return FromCommandLine.selects(Check, O.Checks.selects(Check, Base)) && !isOff(O.Severities, Check, Off);
  });
}

std::vector<const CheckInfo *> Selection::checksToRun() const {
  std::vector<const CheckInfo *> Run;
  for (const CheckInfo *Check : allChecks())
    if (selectedAtAll(*Check))
      Run.push_back(Check);
  return Run;
}

std::optional<Severity> Selection::severity(const Finding &F) const {
  std::string Path = Conf.relative(F.Where.File);
  bool Selected = Conf.Checks.selects(*F.Check);
  std::optional<Severity> Level = F.Sev;
  auto Apply = [&](const config::SeverityMap &Map) {
    if (auto It = Map.find(F.Check); It != Map.end())
      Level = It->second;
  };
  Apply(Conf.Severities);
  for (const config::Override &O : Conf.Overrides)
    if (O.Paths.matches(Path)) {
      Selected = O.Checks.selects(*F.Check, Selected);
      Apply(O.Severities);
    }
  // The command line has the last word on what is selected.
  return FromCommandLine.selects(*F.Check, Selected) ? Level : std::nullopt;
}

} // namespace gilray::driver
