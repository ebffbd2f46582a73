// Expectations of a spec against a report: what a CI run fails on. Facts that no load changes (imports, crashes, held
// fraction, releases, lock waiting) fail hard. Timing fails only when the whole interval is on the wrong side, the
// blocks were quiet enough, and the structure names a cause; anything less is inconclusive.
#ifndef GILRAY_PROBE_REPORT_GATE_H
#define GILRAY_PROBE_REPORT_GATE_H

#include "report/Model.h"
#include "spec/Spec.h"

namespace gilray::probe {

/// Fills Expectations of every kernel of R that S has; R has been judged.
void judgeExpectations(const Spec &S, Report &R);

/// 0: all passed. 1: one failed. 3: none failed, one is inconclusive, and Strict; without Strict that is 0.
int gateStatus(const Report &R, bool Strict);

} // namespace gilray::probe

#endif
