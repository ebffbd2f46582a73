// From raw blocks to results and verdicts. Pure: the same report gives the same verdicts on any machine, so decisions
// are tested on recorded blocks.
#ifndef GILRAY_PROBE_REPORT_VERDICT_H
#define GILRAY_PROBE_REPORT_VERDICT_H

#include "report/Model.h"
#include "stats/Intervals.h"

namespace gilray::probe {

/// Fills Results of every kernel and the bands of their series from the blocks, replacing what was there.
void judge(Report &R);

Interval intervalOf(const stats::Estimate &E);

/// The speed-ups of accepted blocks at Workers workers against one.
std::vector<double> acceptedRatios(const Series &S, unsigned Workers);

} // namespace gilray::probe

#endif
