// See Intervals.h.
#include "stats/Intervals.h"
#include <algorithm>
#include <cassert>
#include <cmath>
#include <random>

namespace gilray::probe::stats {

double normalCdf(double X) { return 0.5 * std::erfc(-X / std::sqrt(2.0)); }

double normalQuantile(double P) {
  assert(P > 0 && P < 1);
  // Bisection first, so that Newton starts where it cannot run away; erfc is accurate in both tails.
  double Low = -39, High = 39;
  for (int I = 0; I < 20; ++I) {
    double Mid = (Low + High) / 2;
    (normalCdf(Mid) < P ? Low : High) = Mid;
  }
  double X = (Low + High) / 2;
  for (int I = 0; I < 4; ++I) {
    double Density = std::exp(-X * X / 2) / std::sqrt(2 * M_PI);
    if (Density == 0)
      break;
    X = std::clamp(X - (normalCdf(X) - P) / Density, Low, High);
  }
  return X;
}

double median(std::vector<double> Values) {
  assert(!Values.empty());
  auto Mid = Values.begin() + Values.size() / 2;
  std::nth_element(Values.begin(), Mid, Values.end());
  if (Values.size() % 2)
    return *Mid;
  return (*Mid + *std::max_element(Values.begin(), Mid)) / 2;
}

double quantileOfSorted(std::span<const double> Sorted, double P) {
  assert(!Sorted.empty());
  double At = std::clamp(P, 0.0, 1.0) * (Sorted.size() - 1);
  size_t Low = static_cast<size_t>(At);
  if (Low + 1 >= Sorted.size())
    return Sorted.back();
  return Sorted[Low] + (At - Low) * (Sorted[Low + 1] - Sorted[Low]);
}

/// Where the BCa interval's ends lie among the sorted resamples.
static std::pair<double, double> bcaLevels(double Bias, double Acceleration) {
  auto Level = [&](double Z) { return normalCdf(Bias + (Bias + Z) / (1 - Acceleration * (Bias + Z))); };
  const double Z = normalQuantile(0.975);
  return {Level(-Z), Level(Z)};
}

/// From the skewness of the statistic when one value is left out.
static double acceleration(std::span<const double> Values, const Statistic &S) {
  std::vector<double> Left, Without;
  for (size_t I = 0; I < Values.size(); ++I) {
    Left.assign(Values.begin(), Values.end());
    Left.erase(Left.begin() + I);
    Without.push_back(S(Left));
  }
  double Mean = 0, Square = 0, Cube = 0;
  for (double W : Without)
    Mean += W / Without.size();
  for (double W : Without) {
    Square += (Mean - W) * (Mean - W);
    Cube += (Mean - W) * (Mean - W) * (Mean - W);
  }
  return Square > 0 ? Cube / (6 * std::pow(Square, 1.5)) : 0;
}

Estimate bcaBootstrap(std::span<const double> Values, const Statistic &S, uint64_t Seed, unsigned Resamples) {
  assert(Values.size() >= 2);
  Estimate E{S(Values), 0, 0, 0.95, IntervalMethod::Bca, Values.size()};
  // Not uniform_int_distribution: its results differ between standard libraries, and reports must not.
  std::mt19937_64 Random(Seed);
  std::vector<double> Means(Resamples), Sample(Values.size());
  for (double &M : Means) {
    for (double &V : Sample)
      V = Values[(Random() >> 11) % Values.size()];
    M = S(Sample);
  }
  std::sort(Means.begin(), Means.end());
  // Ties count half: the median of few values takes few different values.
  auto [First, Last] = std::equal_range(Means.begin(), Means.end(), E.Median);
  double Below = (First - Means.begin()) + (Last - First) / 2.0;
  double Share = std::clamp(Below / Resamples, 1.0 / Resamples, 1 - 1.0 / Resamples);
  auto [Low, High] = bcaLevels(normalQuantile(Share), acceleration(Values, S));
  E.Low = quantileOfSorted(Means, Low);
  E.High = quantileOfSorted(Means, High);
  return E;
}

/// P(the median lies between the K-th smallest and the K-th largest of N values) = 1 - 2 * P(Binomial(N, 1/2) < K).
static double orderCoverage(size_t N, size_t K) {
  double Tail = 0, Term = std::pow(0.5, N);
  for (size_t I = 0; I < K; ++I) {
    Tail += Term;
    Term *= double(N - I) / (I + 1);
  }
  return 1 - 2 * Tail;
}

Estimate orderStatisticInterval(std::span<const double> Values) {
  assert(!Values.empty());
  std::vector<double> Sorted(Values.begin(), Values.end());
  std::sort(Sorted.begin(), Sorted.end());
  size_t N = Sorted.size(), K = 1;
  while (2 * (K + 1) <= N && orderCoverage(N, K + 1) >= 0.95)
    ++K;
  return {median(Sorted), Sorted[K - 1], Sorted[N - K], orderCoverage(N, K), IntervalMethod::OrderStatistic, N};
}

Estimate estimateMedian(std::span<const double> Values, uint64_t Seed) {
  if (Values.empty())
    return {};
  if (Values.size() < 8)
    return orderStatisticInterval(Values);
  return bcaBootstrap(Values, [](std::span<const double> V) { return median({V.begin(), V.end()}); }, Seed);
}

std::vector<double> pairedRatios(std::span<const double> RatesOfN, std::span<const double> RatesOfOne) {
  assert(RatesOfN.size() == RatesOfOne.size());
  std::vector<double> Ratios;
  for (size_t I = 0; I < RatesOfN.size(); ++I)
    if (RatesOfOne[I] > 0)
      Ratios.push_back(RatesOfN[I] / RatesOfOne[I]);
  return Ratios;
}

} // namespace gilray::probe::stats
