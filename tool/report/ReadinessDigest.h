// The evidence of a module over all goals and versions, each fact once: what the readers' forms of the report show.
#ifndef GILRAY_REPORT_READINESSDIGEST_H
#define GILRAY_REPORT_READINESSDIGEST_H

#include "report/Readiness.h"

namespace gilray::report {

struct Digest {
  struct Blocker {
    evidence::Fact Fact;
    uint8_t Goals = 0;
    std::vector<std::string> Versions; ///< empty: all
  };
  struct Doubt {
    std::string Reason;
    Place Where;
    uint8_t Goals = 0;
    std::vector<std::string> Versions; ///< empty: all
  };
  struct Earned {
    std::string Line;
    evidence::Goal Goal;
  };
  std::vector<std::string> Versions;
  std::vector<Blocker> Blockers, Concerns;
  std::vector<Doubt> Doubts, Assumptions;
  std::vector<Earned> Lines;
  unsigned Suppressed = 0;
};

Digest digest(const ModuleReport &M);

/// "blocked by 3"
std::string verdictText(const readiness::GoalVerdict &V);
/// "own GIL, free threading"; "all goals"
std::string goalList(uint8_t Goals);
/// "" or " (3.13, 3.14t only)"
std::string versionList(llvm::ArrayRef<std::string> Versions);
/// "file.c:12:3", relative to the report's directory; empty without a file
std::string placeText(const Place &P, llvm::StringRef Directory);

} // namespace gilray::report

#endif
