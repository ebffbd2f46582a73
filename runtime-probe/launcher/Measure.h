// The protocol: what one worker shows, then blocks between quiet checks.
#ifndef GILRAY_PROBE_LAUNCHER_MEASURE_H
#define GILRAY_PROBE_LAUNCHER_MEASURE_H

#include "launcher/Session.h"
#include "launcher/Symbols.h"
#include <functional>
#include <random>

namespace gilray::probe {

struct MeasureContext {
  const LaunchContext &Launch;
  Symbols &Names;
  std::mt19937_64 &Random;
  double Began = 0; ///< of the run, monotonic
  unsigned *QuietChecks, *QuietPassed;
  bool StructureOnly = false;
  /// Told after every block.
  std::function<void(const Series &, double SecondsLeft)> Progress;
};

/// Measures one series within Budget seconds. Workers: sorted, without 0, starting with 1.
Series measureSeries(const KernelSpec &K, const InterpreterSpec &I, Strategy S, Share Sharing,
                     const std::vector<unsigned> &Workers, double Budget, MeasureContext &C);

constexpr unsigned MostBlocks = 15, LeastBlocks = 5;

} // namespace gilray::probe

#endif
