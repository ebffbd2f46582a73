// What workers and handing over data cost, in an interpreter of its own.
#ifndef GILRAY_PROBE_LAUNCHER_COSTS_H
#define GILRAY_PROBE_LAUNCHER_COSTS_H

#include "launcher/Interpreters.h"

namespace gilray::probe {

/// Batch: calls that take some ten microseconds or more together. What was told before a failure is kept.
Costs measureCosts(const KernelSpec &K, const InterpreterSpec &I, unsigned Batch, const LaunchContext &C);

} // namespace gilray::probe

#endif
