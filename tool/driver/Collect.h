// Gathers the findings of all targets of a run into one list: severities applied, suppressions honoured, equals merged.
#ifndef GILRAY_DRIVER_COLLECT_H
#define GILRAY_DRIVER_COLLECT_H

#include "Analysis.h"
#include "driver/CythonPlaces.h"
#include "driver/Select.h"
#include "driver/Suppress.h"
#include <map>

namespace gilray::driver {

class Collector {
public:
  /// HostFile: the file of a host that silences and counts what is under a NOLINT there itself.
  explicit Collector(const Selection &S, std::string HostFile = {}) : Wanted(S), HostFile(std::move(HostFile)) {}

  /// One target's units and what was found in them. Label names the target; empty: each unit's own headers say it.
  void add(llvm::ArrayRef<const ir::Unit *> Units, AnalysisResult Found, llvm::StringRef Label);
  void add(Incomplete I) { Unjudged.push_back(std::move(I)); }

  struct Result {
    std::vector<Finding> Findings;
    std::vector<Incomplete> Unjudged;
    std::vector<std::string> Targets;
    std::vector<kernels::Kernel> Kernels;
    unsigned Suppressed = 0;
  };
  /// Everything, sorted, with complaints about suppressions. Call once.
  Result take();

private:
  const Selection &Wanted;
  std::string HostFile;
  Suppressions Silenced;
  CythonPlaces Cython;
  std::vector<Finding> All;
  std::vector<Incomplete> Unjudged;
  std::vector<kernels::Kernel> Kernels;
  std::vector<std::string> Targets;
  std::vector<const CheckInfo *> Crashed; ///< what they would have found is unknown

  void passOn();
  void speakCython(Result &R) const;
  void label(std::vector<Finding> &Findings, llvm::ArrayRef<const ir::Unit *> Units, llvm::StringRef Label);
};

/// Of units that were linked with for what they know, and whose findings are not asked for: a finding there belongs to
/// this run only when its path leads through one of Files.
void dropForeign(AnalysisResult &Result, const llvm::StringSet<> &Foreign, llvm::ArrayRef<std::string> Files);

} // namespace gilray::driver

#endif
