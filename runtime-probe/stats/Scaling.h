// What a measured curve S(N) says about the kernel: serial fraction, fits, fairness, and what can be said about more
// workers than the machine has cores for.
#ifndef GILRAY_PROBE_STATS_SCALING_H
#define GILRAY_PROBE_STATS_SCALING_H

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace gilray::probe::stats {

/// One measured point: S workers' throughput against that of one.
struct Point {
  double Workers = 1, Speedup = 1;
};

/// The experimentally determined serial fraction (Karp and Flatt 1990): (1/S - 1/N) / (1 - 1/N). Needs N > 1, S > 0;
/// below zero when the speed-up is more than N.
double karpFlatt(double Workers, double Speedup);

/// A fitted parameter: its value and, where blocks were resampled, its 95 % interval.
struct Parameter {
  double Value = 0, Low = 0, High = 0;
};

/// S = 1 / (F + (1 - F) / N), 0 <= F <= 1.
struct AmdahlFit {
  bool Identifiable = false;
  std::string Why; ///< why it is not identifiable
  Parameter Serial;
};

/// S = N / (1 + Sigma (N - 1) + Kappa N (N - 1)) (Gunther's universal scalability law), Sigma, Kappa >= 0.
struct UslFit {
  bool Identifiable = false;
  std::string Why;
  Parameter Sigma, Kappa;
};

/// The speed-ups of one block at the same worker counts as every other block.
using Curve = std::vector<Point>;

/// Both fit the median curve and resample the blocks for the intervals. Amdahl: from three N. USL: from five N with the
/// largest at least eight; "not identifiable" too when its parameters' intervals are wider than what they could tell.
AmdahlFit fitAmdahl(std::span<const Curve> Blocks, uint64_t Seed);
UslFit fitUsl(std::span<const Curve> Blocks, uint64_t Seed);

double amdahl(double Serial, double Workers);
double usl(double Sigma, double Kappa, double Workers);

/// Jain's index: 1 when all got the same, 1/N when one got everything. 1 for no work at all.
double jain(std::span<const double> Shares);
/// Slowest against fastest worker.
double minToMax(std::span<const double> Shares);

/// What bounds the speed-up at N workers. Shares are of the time of one call with one worker.
struct BandInput {
  double Workers = 64;
  bool HasGil = true;  ///< workers compete for one GIL
  double Held = 0;     ///< share of a call with the GIL
  double LockHeld = 0; ///< share of a call under a lock of the kernel's own
  double ReleasesPerCall = 0;
  double CallSeconds = 0;
  double HandOverSeconds = 0; ///< what it costs this machine to give the lock to another thread
  bool SharedData = false;    ///< two workers already slow each other down through memory
};
struct Band {
  bool WillNotScale = false; ///< shared data: no bound is honest
  double Low = 0, High = 0;
  bool HasLow = false; ///< rounds shorter than a hand-over have no lower bound
};
Band bandAt(const BandInput &In);

} // namespace gilray::probe::stats

#endif
