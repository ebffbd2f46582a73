// What one run has to say, and the writers that say it. Everything here is plain data: no unit, no engine.
#ifndef GILRAY_REPORT_REPORT_H
#define GILRAY_REPORT_REPORT_H

#include "core/Finding.h"
#include "report/Sources.h"
#include "llvm/Support/raw_ostream.h"
#include <string>
#include <vector>

namespace gilray::report {

struct Report {
  std::vector<Finding> Findings; ///< what is shown, in the order of before()
  std::vector<Incomplete> Unjudged;
  std::vector<std::string> Files;   ///< checked, absolute, sorted
  std::vector<std::string> Targets; ///< asked for or found in the headers: "3.12", "3.15t"
  std::string Directory;            ///< paths are written relative to it where they lie below it
  bool Successful = true;           ///< false: exit status 2
};

/// Path below Directory, else the path itself.
std::string relativePath(llvm::StringRef Path, llvm::StringRef Directory);

/// Clang's style: place, severity, message, check, source line with a caret; then the notes.
void writeText(const Report &R, Sources &S, llvm::raw_ostream &OS, bool Color);
/// docs/schema/gilray-findings.schema.json describes the form.
void writeJson(const Report &R, llvm::raw_ostream &OS);
/// SARIF 2.1.0.
void writeSarif(const Report &R, Sources &S, llvm::raw_ostream &OS);
/// For CI services: workflow commands, code quality report, tests, job summary.
void writeGitHub(const Report &R, llvm::raw_ostream &OS);
void writeGitLab(const Report &R, llvm::raw_ostream &OS);
void writeJUnit(const Report &R, llvm::raw_ostream &OS);
void writeMarkdown(const Report &R, llvm::raw_ostream &OS);

/// Fills in Fingerprint. Stable when lines are inserted elsewhere or the statement is reformatted: check, path relative
/// to Root, function, the statement's text without white space, and an ordinal among findings that agree in all of
/// these. Findings must be sorted.
void addFingerprints(std::vector<Finding> &Findings, llvm::StringRef Root, Sources &S);

} // namespace gilray::report

#endif
