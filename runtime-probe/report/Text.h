// The report for a terminal.
#ifndef GILRAY_PROBE_REPORT_TEXT_H
#define GILRAY_PROBE_REPORT_TEXT_H

#include "report/Model.h"
#include "llvm/Support/raw_ostream.h"

namespace gilray::probe {

struct TextOptions {
  bool Color = false;
  unsigned Width = 100; ///< evidence is wrapped to it
};
void writeText(const Report &R, const TextOptions &O, llvm::raw_ostream &OS);

/// "64 workers: 8.2 to 10", "64: at most 64", "will not scale".
std::string bandInWords(const BandAt &B);
/// "replayed with 64 threads: 9.0 times one [8.8, 9.1]".
std::string replayInWords(const Replay &R);
/// "serial 0.12 [0.10, 0.14] by amdahl"; empty when none of the fits is identifiable.
std::string fitsInWords(const Series &S);

} // namespace gilray::probe

#endif
