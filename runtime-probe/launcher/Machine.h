// The machine: which processors to measure with, whether it is quiet, what native code reaches on it.
#ifndef GILRAY_PROBE_LAUNCHER_MACHINE_H
#define GILRAY_PROBE_LAUNCHER_MACHINE_H

#include "report/Model.h"
#include <vector>

namespace gilray::probe {

/// Facts that need no measuring.
Environment describeMachine();

/// Processors of one socket on distinct cores with the highest top frequency, as far as the machine tells; Choice says
/// in words what was chosen and what could not be known.
std::vector<unsigned> chooseCpus(std::string &Choice);

/// Native threads that only compute for Seconds, one per processor: all of them must have been on theirs.
QuietCheck checkQuiet(const std::vector<unsigned> &Cpus, unsigned Threads, double Seconds = 0.04);
std::string whyNotQuiet(const QuietCheck &Q);

/// Throughput of N native threads against one, computing and streaming memory; a figure is 0 when no quiet moment was
/// found within Budget seconds.
Ceiling measureCeiling(const std::vector<unsigned> &Cpus, unsigned Workers, double Budget);

/// What it takes to hand a lock with a condition variable to a thread on another processor: the mechanism of the GIL.
double measureHandOver(const std::vector<unsigned> &Cpus);

double monotonicSeconds();

} // namespace gilray::probe

#endif
