// The one door from units to findings, shared by the command line, clang-tidy and clangd.
#ifndef GILRAY_ANALYSIS_H
#define GILRAY_ANALYSIS_H

#include "api/Model.h"
#include "core/Finding.h"
#include "ir/Unit.h"
#include "llvm/ADT/ArrayRef.h"

namespace gilray {

struct AnalysisOptions {
  std::vector<const CheckInfo *> Checks; ///< which to run; empty: all
  /// The process ends after this: what was built for the analysis is left to the system, as Clang leaves its AST.
  bool DisableFree = false;
};

struct AnalysisStats {
  unsigned Functions = 0, Analysed = 0; ///< functions in the program; (function, entry state) pairs solved
  uint64_t Steps = 0;                   ///< block visits of the solver
};

struct AnalysisResult {
  std::vector<Finding> Findings; ///< sorted; severities as the rules gave them, suppressions not yet applied
  std::vector<Incomplete> Unjudged;
  AnalysisStats Stats;
};

/// Links Units into one program, runs the flow engine and the rules. The result owns its data: the units may go
/// afterwards.
AnalysisResult analyse(llvm::ArrayRef<const ir::Unit *> Units, const api::Model &Model, const AnalysisOptions &Opts);

} // namespace gilray

#endif
