// The one door from units to findings, shared by the command line, clang-tidy and clangd.
#ifndef GILRAY_ANALYSIS_H
#define GILRAY_ANALYSIS_H

#include "api/Model.h"
#include "core/Finding.h"
#include "core/SourceReader.h"
#include "ir/Unit.h"
#include "kernels/Kernels.h"
#include "readiness/Readiness.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include <functional>
#include <map>
#include <string>

namespace gilray {

/// The parts of an analysis that may crash on their own.
enum class Stage : uint8_t {
  Linking,  ///< named by the files, joined with '+'
  Function, ///< the engine at work on one function
  Check,    ///< a rule, without "gilray-"
  Readiness,
  Kernels,
};

struct AnalysisOptions {
  /// Locks that the project states: "Conn.status" or the name of a variable -> lock.
  std::map<std::string, std::string> GuardedBy;
  std::vector<const CheckInfo *> Checks; ///< which to run; empty: all
  /// The process ends after this: what was built for the analysis is left to the system, as Clang leaves its AST.
  bool DisableFree = false;
  SourceReader Read = readFromDisk; ///< what fixes look at: the text that the units were parsed from
  bool Readiness = false;           ///< instead of checks: what is known of each module
  bool Kernels = false;             ///< beside checks: candidates for measurements
  std::function<void(Stage, llvm::StringRef Name)> Begin; ///< called before each part: tests make it crash
};

struct AnalysisStats {
  unsigned Functions = 0, Analysed = 0; ///< functions in the program; (function, entry state) pairs solved
  uint64_t Steps = 0;                   ///< block visits of the solver
};

/// A defect of gilray that cost a part of the result. The parts are listed in AnalysisResult::Unjudged, too.
struct Crash {
  enum class Lost : uint8_t {
    Function,  ///< the function, which counts as unknown where it is called
    Check,     ///< all findings of the check
    Kernels,   ///< the candidates for measurements
    Readiness, ///< what is known of the modules of the program
    Links,     ///< what goes from file to file: each was judged alone
    File,      ///< the file
  } What;
  Place Where;
  std::string Function;
  const CheckInfo *Check = nullptr;
};

struct AnalysisResult {
  std::vector<Finding> Findings; ///< sorted; severities as the rules gave them, suppressions not yet applied
  std::vector<Incomplete> Unjudged;
  std::vector<Crash> Crashes;
  std::vector<readiness::ModuleFacts> Modules; ///< when asked for
  std::vector<kernels::Kernel> Kernels;        ///< when asked for
  AnalysisStats Stats;
};

/// Links Units into one program, runs the flow engine and the rules. The result owns its data: the units may go
/// afterwards. A crash in there costs as little as possible: a function, a check, or a file.
AnalysisResult analyse(llvm::ArrayRef<const ir::Unit *> Units, const api::Model &Model, const AnalysisOptions &Opts);

} // namespace gilray

#endif
