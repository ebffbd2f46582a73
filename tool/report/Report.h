// What one run has to say, and the writers that say it. Everything here is plain data: no unit, no engine.
#ifndef GILRAY_REPORT_REPORT_H
#define GILRAY_REPORT_REPORT_H

#include "core/Finding.h"
#include "report/Sources.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/raw_ostream.h"
#include <string>
#include <vector>

namespace gilray::report {

/// What a probe run says about a finding. Not exercised: no kernel came there, or too rarely to tell.
enum class Outcome : uint8_t { NotMeasurable, NotExercised, Contradicted, Confirmed };

struct Measured {
  Outcome Is = Outcome::NotMeasurable;
  std::string Kernel;   ///< that decided, with its interpreter: "zip.deflate (3.13)"
  std::string Evidence; ///< in words; of what was not exercised: why
  std::string Gain;     ///< what a repair is worth at most, in words; empty when that is not known
};

/// A kernel of the probe run, for the overview: one interpreter and strategy.
struct MeasuredKernel {
  std::string Name, Interpreter, Strategy, Verdict, Held, Evidence;
  std::vector<size_t> Findings; ///< indices of those it says something about
};

struct Report {
  std::vector<Finding> Findings; ///< what is shown, in the order of before()
  std::vector<Incomplete> Unjudged;
  std::vector<std::string> Files;   ///< checked, absolute, sorted
  std::vector<std::string> Targets; ///< asked for or found in the headers: "3.12", "3.15t"
  std::string Directory;            ///< paths are written relative to it where they lie below it
  bool Successful = true;           ///< false: exit status 2

  bool HasProbe = false;              ///< the rest comes from a probe run, which was given
  std::vector<Measured> Measurements; ///< one per finding
  std::vector<MeasuredKernel> Kernels;
};

llvm::StringRef outcomeName(Outcome O);

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
/// One page that needs nothing else: summary, filters, source with the path of each finding.
void writeHtml(const Report &R, Sources &S, llvm::raw_ostream &OS);

/// What writeJson wrote. Paths in it are relative to Directory. Name is that of the file, for errors.
llvm::Expected<Report> readJson(llvm::StringRef Text, llvm::StringRef Name, llvm::StringRef Directory);

/// Fills in Fingerprint. Stable when lines are inserted elsewhere or the statement is reformatted: check, path relative
/// to Root, function, the statement's text without white space, and an ordinal among findings that agree in all of
/// these. Findings must be sorted.
void addFingerprints(std::vector<Finding> &Findings, llvm::StringRef Root, Sources &S);

} // namespace gilray::report

#endif
