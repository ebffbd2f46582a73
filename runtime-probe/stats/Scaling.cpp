// See Scaling.h.
#include "stats/Scaling.h"
#include "stats/Intervals.h"
#include <algorithm>
#include <cassert>
#include <cmath>
#include <functional>
#include <random>

namespace gilray::probe::stats {

double karpFlatt(double Workers, double Speedup) {
  assert(Workers > 1 && Speedup > 0);
  return (1 / Speedup - 1 / Workers) / (1 - 1 / Workers);
}

double amdahl(double Serial, double Workers) { return 1 / (Serial + (1 - Serial) / Workers); }

double usl(double Sigma, double Kappa, double Workers) {
  return Workers / (1 + Sigma * (Workers - 1) + Kappa * Workers * (Workers - 1));
}

/// Both laws are linear in their parameters once written as N/S - 1: F (N - 1), and Sigma (N - 1) + Kappa N (N - 1).
static double lost(const Point &P) { return P.Workers / P.Speedup - 1; }

static double solveAmdahl(const Curve &C) {
  double Num = 0, Den = 0;
  for (const Point &P : C) {
    // Weighted by (S/N)^2: an error in S moves N/S by N/S^2, so far points would otherwise rule the fit.
    double W = (P.Speedup / P.Workers) * (P.Speedup / P.Workers), X = P.Workers - 1;
    Num += W * X * lost(P);
    Den += W * X * X;
  }
  return Den > 0 ? std::clamp(Num / Den, 0.0, 1.0) : 0;
}

static std::pair<double, double> solveUsl(const Curve &C) {
  double AA = 0, AB = 0, BB = 0, AY = 0, BY = 0;
  for (const Point &P : C) {
    double W = (P.Speedup / P.Workers) * (P.Speedup / P.Workers);
    double A = P.Workers - 1, B = P.Workers * (P.Workers - 1), Y = lost(P);
    AA += W * A * A, AB += W * A * B, BB += W * B * B, AY += W * A * Y, BY += W * B * Y;
  }
  double Det = AA * BB - AB * AB;
  double Sigma = Det > 0 ? (AY * BB - BY * AB) / Det : 0, Kappa = Det > 0 ? (AA * BY - AB * AY) / Det : 0;
  // A negative parameter means that the law without it fits better.
  if (Kappa < 0)
    return {AA > 0 ? std::max(0.0, AY / AA) : 0, 0};
  if (Sigma < 0)
    return {0, BB > 0 ? std::max(0.0, BY / BB) : 0};
  return {Sigma, Kappa};
}

/// Point by point over the blocks in Which.
static Curve medianCurve(std::span<const Curve> Blocks, std::span<const size_t> Which) {
  Curve Result = Blocks[0];
  std::vector<double> Values(Which.size());
  for (size_t P = 0; P < Result.size(); ++P) {
    for (size_t I = 0; I < Which.size(); ++I)
      Values[I] = Blocks[Which[I]][P].Speedup;
    Result[P].Speedup = median(Values);
  }
  return Result;
}

/// Fits the median curve, then those of resampled blocks. Fit gives the parameters of a curve.
static std::vector<Parameter> fitWithIntervals(std::span<const Curve> Blocks, uint64_t Seed,
                                               const std::function<std::vector<double>(const Curve &)> &Fit) {
  std::vector<size_t> Which(Blocks.size());
  for (size_t I = 0; I < Which.size(); ++I)
    Which[I] = I;
  std::vector<double> Best = Fit(medianCurve(Blocks, Which));
  constexpr unsigned Resamples = 500;
  std::vector<std::vector<double>> Seen(Best.size());
  std::mt19937_64 Random(Seed);
  for (unsigned R = 0; R < Resamples; ++R) {
    for (size_t &W : Which)
      W = (Random() >> 11) % Blocks.size();
    std::vector<double> One = Fit(medianCurve(Blocks, Which));
    for (size_t P = 0; P < One.size(); ++P)
      Seen[P].push_back(One[P]);
  }
  std::vector<Parameter> Result;
  for (size_t P = 0; P < Best.size(); ++P) {
    std::sort(Seen[P].begin(), Seen[P].end());
    Result.push_back({Best[P], quantileOfSorted(Seen[P], 0.025), quantileOfSorted(Seen[P], 0.975)});
  }
  return Result;
}

/// Empty when the points can carry a fit with so many different N.
static std::string tooFew(std::span<const Curve> Blocks, size_t NeededN, double NeededMax, bool &Fits) {
  Fits = false;
  if (Blocks.size() < 2)
    return "fewer than 2 blocks";
  std::vector<double> N;
  for (const Point &P : Blocks[0]) {
    if (!(P.Speedup > 0))
      return "a worker count without a speed-up";
    N.push_back(P.Workers);
  }
  std::sort(N.begin(), N.end());
  N.erase(std::unique(N.begin(), N.end()), N.end());
  if (N.size() < NeededN)
    return std::to_string(N.size()) + " worker counts, " + std::to_string(NeededN) + " are needed";
  if (N.back() < NeededMax)
    return "at most " + std::to_string(int(N.back())) + " workers, " + std::to_string(int(NeededMax)) + " are needed";
  Fits = true;
  return {};
}

AmdahlFit fitAmdahl(std::span<const Curve> Blocks, uint64_t Seed) {
  AmdahlFit F;
  F.Why = tooFew(Blocks, 3, 3, F.Identifiable);
  if (!F.Identifiable)
    return F;
  F.Serial = fitWithIntervals(Blocks, Seed, [](const Curve &C) { return std::vector<double>{solveAmdahl(C)}; })[0];
  return F;
}

UslFit fitUsl(std::span<const Curve> Blocks, uint64_t Seed) {
  UslFit F;
  F.Why = tooFew(Blocks, 5, 8, F.Identifiable);
  if (!F.Identifiable)
    return F;
  auto P = fitWithIntervals(Blocks, Seed, [](const Curve &C) {
    auto [Sigma, Kappa] = solveUsl(C);
    return std::vector<double>{Sigma, Kappa};
  });
  F.Sigma = P[0];
  F.Kappa = P[1];
  // At N = 64 the two must at least agree with themselves within a factor of two, or they predict nothing.
  double Best = usl(F.Sigma.High, F.Kappa.High, 64), Worst = usl(F.Sigma.Low, F.Kappa.Low, 64);
  if (Worst > 2 * Best) {
    F.Identifiable = false;
    F.Why = "the blocks allow values that differ by more than a factor of two at 64 workers";
  }
  return F;
}

double jain(std::span<const double> Shares) {
  double Sum = 0, Squares = 0;
  for (double S : Shares) {
    Sum += S;
    Squares += S * S;
  }
  return Squares > 0 ? Sum * Sum / (Shares.size() * Squares) : 1;
}

double minToMax(std::span<const double> Shares) {
  if (Shares.empty())
    return 1;
  auto [Min, Max] = std::minmax_element(Shares.begin(), Shares.end());
  return *Max > 0 ? *Min / *Max : 1;
}

Band bandAt(const BandInput &In) {
  Band B;
  if (In.SharedData) {
    B.WillNotScale = true;
    return B;
  }
  double Held = In.HasGil ? std::clamp(In.Held, 0.0, 1.0) : 0;
  B.High = In.Workers;
  for (double Share : {Held, In.LockHeld})
    if (Share > 0)
      B.High = std::min(B.High, 1 / Share);
  // Without a GIL nothing that was measured bounds the speed-up from below.
  if (!In.HasGil)
    return B;
  double Round = In.ReleasesPerCall > 0 ? In.CallSeconds / In.ReleasesPerCall : In.CallSeconds;
  B.HasLow = In.CallSeconds > 0 && Round >= In.HandOverSeconds && In.LockHeld == 0;
  if (B.HasLow) {
    double HandOver = In.ReleasesPerCall * In.HandOverSeconds / In.CallSeconds;
    B.Low = std::min(B.High, Held + HandOver > 0 ? 1 / (Held + HandOver) : In.Workers);
  }
  return B;
}

} // namespace gilray::probe::stats
