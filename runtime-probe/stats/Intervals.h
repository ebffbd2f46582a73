// Medians and their 95 % intervals over blocks. Pure functions: same numbers and seed, same result on any machine.
#ifndef GILRAY_PROBE_STATS_INTERVALS_H
#define GILRAY_PROBE_STATS_INTERVALS_H

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <vector>

namespace gilray::probe::stats {

double normalCdf(double X);
/// Inverse of normalCdf for 0 < P < 1.
double normalQuantile(double P);

/// The middle value, or the mean of the two in the middle. Values must not be empty.
double median(std::vector<double> Values);
/// The P-quantile of sorted values with linear interpolation between neighbours.
double quantileOfSorted(std::span<const double> Sorted, double P);

enum class IntervalMethod : uint8_t { None, OrderStatistic, Bca };

/// A median and where it lies with 95 % confidence. Coverage is what the method really reaches: an order-statistic
/// interval of five values covers 93.75 %, not 95.
struct Estimate {
  double Median = 0, Low = 0, High = 0;
  double Coverage = 0;
  IntervalMethod Method = IntervalMethod::None;
  size_t Count = 0;

  double halfWidth() const { return (High - Low) / 2; }
};

using Statistic = std::function<double(std::span<const double>)>;

/// Bias-corrected and accelerated bootstrap of S over Values (Efron 1987). At least two values.
Estimate bcaBootstrap(std::span<const double> Values, const Statistic &S, uint64_t Seed, unsigned Resamples = 2000);

/// The pair of order statistics around the median with the highest coverage not wider than needed for 95 %; the
/// extremes when even they cover less.
Estimate orderStatisticInterval(std::span<const double> Values);

/// The interval that the protocol uses: order statistics below eight values, BCa from there on. None for no values.
Estimate estimateMedian(std::span<const double> Values, uint64_t Seed);

/// What each block says about N workers against one: rate with N / rate with one, block by block.
std::vector<double> pairedRatios(std::span<const double> RatesOfN, std::span<const double> RatesOfOne);

} // namespace gilray::probe::stats

#endif
