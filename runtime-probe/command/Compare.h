// What differs between two runs.
#ifndef GILRAY_PROBE_COMMAND_COMPARE_H
#define GILRAY_PROBE_COMMAND_COMPARE_H

#include "report/Model.h"
#include "llvm/Support/raw_ostream.h"

namespace gilray::probe {

/// Verdicts, speed-ups whose intervals do not overlap, held fractions and releases that moved, and results that only
/// one of the two has. Never absolute times: the machines may differ.
void writeComparison(const Report &Old, const Report &New, llvm::raw_ostream &OS);

} // namespace gilray::probe

#endif
