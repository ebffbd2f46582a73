// Fixed vectors and properties of the statistics.
#include "stats/Intervals.h"
#include "stats/Scaling.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include <algorithm>
#include <cmath>
#include <random>

using namespace gilray::probe::stats;
using testing::DoubleNear;
using testing::ElementsAre;
using testing::HasSubstr;

namespace {

double uniform(std::mt19937_64 &R) { return (R() >> 11) * 0x1p-53; }
double normal(std::mt19937_64 &R) { return normalQuantile((uniform(R) + 1e-12) * (1 - 2e-12)); }

double medianOf(std::span<const double> V) { return median({V.begin(), V.end()}); }

TEST(Normal, KnownValues) {
  EXPECT_NEAR(normalCdf(0), 0.5, 1e-15);
  EXPECT_NEAR(normalCdf(1.959963984540054), 0.975, 1e-12);
  EXPECT_NEAR(normalQuantile(0.975), 1.959963984540054, 1e-10);
  EXPECT_NEAR(normalQuantile(0.5), 0, 1e-12);
  EXPECT_NEAR(normalQuantile(0.001), -3.090232306167813, 1e-9);
}

TEST(Normal, QuantileIsTheInverse) {
  for (double X = -6; X <= 6; X += 0.125)
    EXPECT_NEAR(normalQuantile(normalCdf(X)), X, 1e-6) << X;
}

TEST(Median, OddEvenAndOne) {
  EXPECT_EQ(median({3, 1, 2}), 2);
  EXPECT_EQ(median({4, 1, 3, 2}), 2.5);
  EXPECT_EQ(median({7}), 7);
  EXPECT_EQ(median({1, 1, 9, 9}), 5);
}

TEST(Quantile, InterpolatesBetweenNeighbours) {
  std::vector<double> S{0, 10, 20, 30};
  EXPECT_EQ(quantileOfSorted(S, 0), 0);
  EXPECT_EQ(quantileOfSorted(S, 1), 30);
  EXPECT_EQ(quantileOfSorted(S, 0.5), 15);
  EXPECT_EQ(quantileOfSorted(std::vector<double>{5}, 0.3), 5);
}

TEST(OrderStatistic, CoverageOfSmallCounts) {
  // 1 - 2 (1/2)^n with the extremes; nine values allow the second and the eighth: 1 - 2 (1 + 9) / 512.
  std::vector<double> V;
  const double Coverage[] = {0, 0.5, 0.75, 0.875, 0.9375, 0.96875, 0.984375, 0.9921875, 1 - 20.0 / 512};
  for (int N = 1; N <= 9; ++N) {
    V.push_back(N);
    Estimate E = orderStatisticInterval(V);
    EXPECT_NEAR(E.Coverage, Coverage[N - 1], 1e-12) << N;
    EXPECT_EQ(E.Low, N == 9 ? 2 : 1) << N;
    EXPECT_EQ(E.High, N == 9 ? 8 : N) << N;
  }
}

TEST(EstimateMedian, NamesItsMethod) {
  EXPECT_EQ(estimateMedian({}, 1).Method, IntervalMethod::None);
  EXPECT_EQ(estimateMedian(std::vector<double>(7, 1.0), 1).Method, IntervalMethod::OrderStatistic);
  EXPECT_EQ(estimateMedian(std::vector<double>(8, 1.0), 1).Method, IntervalMethod::Bca);
}

TEST(Bca, NormalMeanAgreesWithTheory) {
  // The interval of a mean of many normal values is +- 1.96 / sqrt(n), and BCa must not be far from it.
  std::mt19937_64 R(7);
  std::vector<double> V(400);
  for (double &X : V)
    X = 5 + normal(R);
  auto Mean = [](std::span<const double> S) {
    double Sum = 0;
    for (double X : S)
      Sum += X;
    return Sum / S.size();
  };
  Estimate E = bcaBootstrap(V, Mean, 1, 4000);
  EXPECT_NEAR(E.High - E.Low, 2 * 1.96 / 20, 0.03);
  EXPECT_LT(E.Low, E.Median);
  EXPECT_GT(E.High, E.Median);
}

TEST(Bca, SkewedMeanLeansToTheLongTail) {
  std::mt19937_64 R(11);
  std::vector<double> V(30);
  for (double &X : V)
    X = -std::log(1 - uniform(R));
  auto Mean = [](std::span<const double> S) {
    double Sum = 0;
    for (double X : S)
      Sum += X;
    return Sum / S.size();
  };
  Estimate E = bcaBootstrap(V, Mean, 3, 4000);
  EXPECT_GT(E.High - E.Median, E.Median - E.Low);
}

TEST(Bca, SameSeedSameIntervalAndShiftAndScale) {
  std::vector<double> V{1.91, 1.94, 1.97, 1.88, 1.99, 1.95, 1.93, 1.90, 1.96, 1.92};
  Estimate A = bcaBootstrap(V, medianOf, 42), B = bcaBootstrap(V, medianOf, 42);
  EXPECT_EQ(A.Low, B.Low);
  EXPECT_EQ(A.High, B.High);
  std::vector<double> W;
  for (double X : V)
    W.push_back(4 * X + 8);
  Estimate C = bcaBootstrap(W, medianOf, 42);
  EXPECT_NEAR(C.Low, 4 * A.Low + 8, 1e-9);
  EXPECT_NEAR(C.High, 4 * A.High + 8, 1e-9);
}

TEST(Bca, CoversTheTrueMedian) {
  std::mt19937_64 R(5);
  int Covered = 0;
  constexpr int Trials = 300;
  for (int T = 0; T < Trials; ++T) {
    std::vector<double> V(15);
    for (double &X : V)
      X = normal(R);
    Estimate E = bcaBootstrap(V, medianOf, T, 500);
    Covered += E.Low <= 0 && 0 <= E.High;
  }
  EXPECT_GT(Covered, Trials * 0.88);
  EXPECT_LT(Covered, Trials * 0.995);
}

TEST(Estimates, MedianLiesInsideAndOrderDoesNotMatter) {
  std::mt19937_64 R(9);
  for (int T = 0; T < 200; ++T) {
    std::vector<double> V(1 + R() % 30);
    for (double &X : V)
      X = 1 + uniform(R);
    Estimate E = estimateMedian(V, T);
    EXPECT_LE(E.Low, E.Median);
    EXPECT_GE(E.High, E.Median);
    EXPECT_GE(E.Low, *std::min_element(V.begin(), V.end()));
    EXPECT_LE(E.High, *std::max_element(V.begin(), V.end()));
    std::vector<double> Turned(V.rbegin(), V.rend());
    EXPECT_EQ(orderStatisticInterval(Turned).Low, orderStatisticInterval(V).Low);
  }
}

TEST(PairedRatios, BlockByBlockWithoutEmptyOnes) {
  EXPECT_THAT(pairedRatios(std::vector<double>{2, 3, 8}, std::vector<double>{1, 0, 4}), ElementsAre(2, 2));
}

TEST(KarpFlatt, KnownValues) {
  EXPECT_NEAR(karpFlatt(2, 2), 0, 1e-15);
  EXPECT_NEAR(karpFlatt(2, 1), 1, 1e-15);
  EXPECT_NEAR(karpFlatt(2, 1.5), 1.0 / 3, 1e-15);
  EXPECT_LT(karpFlatt(4, 4.2), 0);
  for (double F : {0.0, 0.1, 0.5, 1.0})
    for (double N : {2.0, 4.0, 64.0})
      EXPECT_NEAR(karpFlatt(N, amdahl(F, N)), F, 1e-12);
}

std::vector<Curve> curves(std::initializer_list<double> Workers, const std::function<double(double)> &Law, double Noise,
                          int Blocks = 10) {
  std::mt19937_64 R(3);
  std::vector<Curve> Result(Blocks);
  for (Curve &C : Result)
    for (double N : Workers)
      C.push_back({N, N == 1 ? 1 : Law(N) * (1 + Noise * normal(R))});
  return Result;
}

TEST(Amdahl, FindsTheSerialFraction) {
  for (double F : {0.0, 0.05, 0.3, 0.9}) {
    auto Fit = fitAmdahl(curves({1, 2, 4}, [&](double N) { return amdahl(F, N); }, 0), 1);
    ASSERT_TRUE(Fit.Identifiable);
    EXPECT_NEAR(Fit.Serial.Value, F, 1e-9);
    EXPECT_LE(Fit.Serial.Low, Fit.Serial.Value + 1e-12);
    EXPECT_GE(Fit.Serial.High, Fit.Serial.Value - 1e-12);
  }
}

TEST(Amdahl, NeedsThreeWorkerCounts) {
  auto Fit = fitAmdahl(curves({1, 2}, [](double N) { return N; }, 0), 1);
  EXPECT_FALSE(Fit.Identifiable);
  EXPECT_THAT(Fit.Why, HasSubstr("2 worker counts"));
}

TEST(Usl, FindsBothParameters) {
  auto Fit = fitUsl(curves({1, 2, 4, 8, 16}, [](double N) { return usl(0.05, 0.001, N); }, 0.002), 1);
  ASSERT_TRUE(Fit.Identifiable) << Fit.Why;
  EXPECT_NEAR(Fit.Sigma.Value, 0.05, 0.005);
  EXPECT_NEAR(Fit.Kappa.Value, 0.001, 0.0003);
  EXPECT_LT(Fit.Sigma.Low, 0.05);
  EXPECT_GT(Fit.Sigma.High, 0.05);
}

TEST(Usl, NotIdentifiableFromSmallMachinesOrNoise) {
  auto Small = fitUsl(curves({1, 2, 3, 4}, [](double N) { return usl(0.1, 0.01, N); }, 0), 1);
  EXPECT_FALSE(Small.Identifiable);
  auto Narrow = fitUsl(curves({1, 2, 3, 4, 5}, [](double N) { return usl(0.1, 0.01, N); }, 0), 1);
  EXPECT_THAT(Narrow.Why, HasSubstr("8 are needed"));
  auto Noisy = fitUsl(curves({1, 2, 3, 4, 8}, [](double N) { return usl(0.01, 0.0005, N); }, 0.2, 5), 1);
  EXPECT_FALSE(Noisy.Identifiable);
  EXPECT_THAT(Noisy.Why, HasSubstr("factor of two"));
}

TEST(Laws, InverseMonotoneAndBounded) {
  for (double Serial : {0.0, 0.01, 0.1, 0.5, 1.0})
    for (double N : {2.0, 4.0, 8.0, 64.0}) {
      double S = amdahl(Serial, N);
      EXPECT_NEAR(karpFlatt(N, S), Serial, 1e-9) << "Karp and Flatt's fraction is that of Amdahl's law";
      EXPECT_GE(S, 1 - 1e-12);
      EXPECT_LE(S, N + 1e-9);
      EXPECT_LE(S, amdahl(Serial, 2 * N) + 1e-12);
      EXPECT_NEAR(usl(Serial, 0, N), S, 1e-9) << "without kappa the usl is Amdahl's law";
      EXPECT_LE(usl(Serial, 0.01, N), S);
    }
}

TEST(Band, LowIsNeverAboveHigh) {
  for (double Held : {0.0, 0.001, 0.1, 0.5, 1.0})
    for (double Releases : {0.0, 1.0, 50.0})
      for (double Workers : {2.0, 64.0}) {
        BandInput In;
        In.Workers = Workers;
        In.Held = Held;
        In.ReleasesPerCall = Releases;
        In.CallSeconds = 1e-3;
        In.HandOverSeconds = 10e-6;
        Band B = bandAt(In);
        EXPECT_LE(B.High, Workers);
        EXPECT_GE(B.High, 1);
        if (B.HasLow)
          EXPECT_LE(B.Low, B.High);
      }
}

TEST(Fairness, Jain) {
  EXPECT_DOUBLE_EQ(jain(std::vector<double>{5, 5, 5}), 1);
  EXPECT_DOUBLE_EQ(jain(std::vector<double>{9, 0, 0}), 1.0 / 3);
  EXPECT_DOUBLE_EQ(jain(std::vector<double>{}), 1);
  EXPECT_DOUBLE_EQ(minToMax(std::vector<double>{1, 4}), 0.25);
}

TEST(Band, AsMeasuredOnRealKernels) {
  // h = 5, 10 and 30 %, one release per call of 1 ms, hand-over 22 us: measured 16.3, 9.0 and 3.3 with 64 workers.
  const double Held[] = {0.05, 0.10, 0.30}, Measured[] = {16.3, 9.0, 3.3}, High[] = {20, 10, 1 / 0.3};
  for (int I = 0; I < 3; ++I) {
    Band B = bandAt({64, true, Held[I], 0, 1, 1e-3, 22e-6});
    EXPECT_NEAR(B.High, High[I], 1e-9);
    ASSERT_TRUE(B.HasLow);
    EXPECT_LE(B.Low, Measured[I]);
    EXPECT_GE(B.High, Measured[I]);
  }
}

TEST(Band, WhatItLeavesOut) {
  EXPECT_FALSE(bandAt({64, true, 0.1, 0, 1000, 1e-3, 22e-6}).HasLow) << "rounds shorter than a hand-over";
  EXPECT_EQ(bandAt({64, false, 0.9, 0, 1, 1e-3, 22e-6}).High, 64) << "no GIL, no GIL term";
  EXPECT_FALSE(bandAt({64, false, 0.9, 0, 1, 1e-3, 22e-6}).HasLow);
  EXPECT_EQ(bandAt({64, false, 0.9, 0.5, 1, 1e-3, 22e-6}).High, 2) << "its own lock still counts";
  BandInput Shared;
  Shared.SharedData = true;
  EXPECT_TRUE(bandAt(Shared).WillNotScale);
  EXPECT_EQ(bandAt({2, true, 0.1, 0, 1, 1e-3, 22e-6}).High, 2) << "never more than the workers";
}

} // namespace
