// What `gilray readiness` prints: modules, a verdict per goal and Python version, and the evidence for it.
#ifndef GILRAY_REPORT_READINESS_H
#define GILRAY_REPORT_READINESS_H

#include "readiness/Readiness.h"
#include "llvm/Support/raw_ostream.h"
#include <string>
#include <vector>

namespace gilray::report {

/// A module as judged for one Python version.
struct JudgedModule {
  readiness::ModuleFacts Facts;
  std::vector<readiness::GoalVerdict> Verdicts; ///< in the order of readiness::Goals
  unsigned Suppressed = 0;                      ///< facts that comments in the source silence
};

/// One module under all versions it was judged for, oldest first.
struct ModuleReport {
  std::vector<JudgedModule> Versions;
  const readiness::ModuleFacts &facts() const { return Versions.front().Facts; }
};

struct ReadinessReport {
  std::vector<ModuleReport> Modules;
  std::vector<Incomplete> Unjudged;
  std::string Directory; ///< paths are written relative to it where they lie below it
  bool Successful = true;
};

/// Groups by module and sorts by version.
std::vector<ModuleReport> groupModules(std::vector<JudgedModule> Judged);

void writeReadinessText(const ReadinessReport &R, llvm::raw_ostream &OS, bool Color);
void writeReadinessMarkdown(const ReadinessReport &R, llvm::raw_ostream &OS);
/// docs/schema/gilray-readiness.schema.json describes the form.
void writeReadinessJson(const ReadinessReport &R, llvm::raw_ostream &OS);
/// One line per module for a README: "demo: sub-interpreters earned, own GIL blocked by 2, free threading declared".
void writeReadinessBadge(const ReadinessReport &R, llvm::raw_ostream &OS);

} // namespace gilray::report

#endif
