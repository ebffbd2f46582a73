// Charts as inline SVG: no script, no network, colours by the page's variables so that light and dark both work.
#ifndef GILRAY_PROBE_REPORT_SVG_H
#define GILRAY_PROBE_REPORT_SVG_H

#include "report/Model.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/Support/raw_ostream.h"

namespace gilray::probe {

/// Text for HTML and attributes.
std::string htmlEscape(llvm::StringRef Text);

/// S(N) of several results (one line per series) with intervals, the ideal line and the native ceiling.
void writeSpeedupChart(const Kernel &K, const Environment &E, llvm::raw_ostream &OS);

/// What the time with the GIL (or under a lock) allows up to 64 workers, a band for each series that has a bound, with
/// the measured and replayed speed-ups in it; both axes logarithmic. False, and nothing written, if no series has one.
bool writeBandChart(const Kernel &K, llvm::raw_ostream &OS);

/// A horizontal bar of named shares of one.
struct Slice {
  std::string Name;
  double Share = 0;
  unsigned Color = 0; ///< 0 to 5: var(--c0) ...
};
void writeBar(llvm::ArrayRef<Slice> Slices, llvm::raw_ostream &OS);

/// One mark per block, in time: accepted ones filled.
void writeBlocks(const Series &S, llvm::raw_ostream &OS);

/// How many calls each worker did, of the accepted blocks at the most workers.
void writeFairness(const Series &S, llvm::raw_ostream &OS);

} // namespace gilray::probe

#endif
