// The held fraction: the share of a call in which one worker holds the GIL (without a GIL: is attached).
#ifndef GILRAY_PROBE_LAUNCHER_HELDFRACTION_H
#define GILRAY_PROBE_LAUNCHER_HELDFRACTION_H

#include "report/Model.h"
#include "llvm/Support/JSON.h"

namespace gilray::probe {

/// Collects windows of one worker. There are several short ones, since a virtual machine's host may take the processor
/// away without telling: the guest counts that time as the thread's own, tens of milliseconds in one held or released
/// section. That spoils the window it falls into, and the median of the windows does not follow one of them.
class HeldFraction {
public:
  /// ClockSeconds: of one look at the thread's CPU clock.
  explicit HeldFraction(double ClockSeconds) : ClockSeconds(ClockSeconds) {}

  /// Reply: the harness's answer, with "workers" and, where the lock was looked at, "gil_samples".
  void add(const llvm::json::Object &Reply, const WorkerRun &Worker);

  /// Sets the fraction, its interval, the clock and the estimates of Shape; WhyNot and Observable where the lock shows
  /// more than the hooks. Shape tells CpuShare and Observable. TooFine: rounds are so short that timing hides them.
  void estimate(Structure &Shape, bool TooFine) const;

private:
  double ClockSeconds;
  std::vector<double> ByCpu, ByWall; // one for each window
  double Wall = 0, ReleasedWall = 0; // of all windows
  int64_t Timed = 0, Samples = 0, Held = 0;
  std::string Method;
  WorkerRun Sum;

  double chance(double Share) const;
  void byLock(Structure &Shape, double Share) const;
};

} // namespace gilray::probe

#endif
