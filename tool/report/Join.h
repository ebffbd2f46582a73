// What was measured, laid beside what was found: each finding that a probe can judge is confirmed, contradicted or was
// not exercised.
#ifndef GILRAY_REPORT_JOIN_H
#define GILRAY_REPORT_JOIN_H

#include "report/Report.h"
#include "llvm/ADT/StringMap.h"

namespace gilray::probe {
struct Report;
}

namespace gilray::report {

/// Fingerprint of a finding -> names by which Python code gets there, from the kernel manifest.
using WaysFromPython = llvm::StringMap<std::vector<std::string>>;
llvm::Expected<WaysFromPython> readManifest(llvm::StringRef Text, llvm::StringRef Name);

/// Fills in what Report holds of a probe run.
void join(Report &R, const probe::Report &Probe, const WaysFromPython &Ways);

} // namespace gilray::report

#endif
