// What to do about a kernel: reasoned from its results and costs, and from nothing else.
#ifndef GILRAY_PROBE_REPORT_ADVICE_H
#define GILRAY_PROBE_REPORT_ADVICE_H

#include "report/Model.h"

namespace gilray::probe {

/// One for each interpreter with results. Results must be there already.
std::vector<Advice> adviceFor(const Kernel &K, const Environment &E);

/// "12 us", "3.4 ms", "1.2 s"; "16 KB", "3.1 MB".
std::string duration(double Seconds);
std::string size(double Bytes);

} // namespace gilray::probe

#endif
