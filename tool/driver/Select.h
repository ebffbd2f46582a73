// Which checks run, and how severe their findings are in which file: configuration and command line taken together.
#ifndef GILRAY_DRIVER_SELECT_H
#define GILRAY_DRIVER_SELECT_H

#include "config/Config.h"
#include "core/Finding.h"
#include <optional>
#include <vector>

namespace gilray::driver {

class Selection {
public:
  /// CommandLine is --checks as given; empty for none.
  static llvm::Expected<Selection> create(const config::Config &C, llvm::StringRef CommandLine);

  /// Every check that may have a finding anywhere, in the order of Checks.def.
  std::vector<const CheckInfo *> checksToRun() const;
  /// The severity of F under this selection; nothing if F is not wanted.
  std::optional<Severity> severity(const Finding &F) const;

private:
  const config::Config &Conf;
  config::CheckGlobs FromCommandLine;
  explicit Selection(const config::Config &C) : Conf(C) {}
  bool selectedAtAll(const CheckInfo &Check) const;
};

} // namespace gilray::driver

#endif
