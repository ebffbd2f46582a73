// The held fraction from replies of the harness.
#include "launcher/HeldFraction.h"
#include "llvm/Support/FormatVariadic.h"
#include "gmock/gmock.h"

using namespace gilray::probe;
using testing::HasSubstr;

namespace {

struct Window {
  double Cpu = 0.05, Released = 0.025; // of Wall = Cpu; every round is timed
  int64_t Releases = 10, Timed = 10, Samples = 100, Held = 50;
};

class HeldFractionTest : public testing::Test {
protected:
  HeldFraction Seen{0};
  Structure Shape;

  HeldFractionTest() { Shape.Observable = true; }

  void add(const Window &W) {
    auto Reply = llvm::json::parse(
        llvm::formatv(
            R"({{"workers": [{{"whole": {{"cpu": {0:f4}, "wall": {0:f4}, "released_cpu": {1:f4}, "released_wall": {1:f4},
                           "releases": {2}, "timed": {3}}}], "gil_samples": {{"method": "locked-flag", "samples": {4}, "held": {5}}})",
            W.Cpu, W.Released, W.Releases, W.Timed, W.Samples, W.Held)
            .str());
    ASSERT_TRUE(bool(Reply)) << llvm::toString(Reply.takeError());
    WorkerRun Worker;
    Worker.Wall = Worker.Cpu = W.Cpu;
    Seen.add(*Reply->getAsObject(), Worker);
  }
};

TEST_F(HeldFractionTest, TimeTakenInOneWindowDoesNotMoveTheMedian) {
  for (int I = 0; I < 6; ++I)
    add({});
  add({.Cpu = 0.09, .Released = 0.065, .Held = 28});
  Seen.estimate(Shape, /*TooFine=*/false);
  EXPECT_NEAR(*Shape.Held, 0.5, 1e-9);
  EXPECT_NEAR(*Shape.HeldLow, 1 - 0.065 / 0.09, 1e-9);
  EXPECT_NEAR(*Shape.HeldHigh, 0.5, 1e-9);
  EXPECT_EQ(Shape.HeldClock, "cpu");
  EXPECT_LT(Shape.Disagreement, 0.01) << "the lock was looked at in the same windows";
}

TEST_F(HeldFractionTest, OneWindowHasNoInterval) {
  add({});
  Seen.estimate(Shape, false);
  EXPECT_NEAR(*Shape.Held, 0.5, 1e-9);
  EXPECT_FALSE(Shape.HeldLow || Shape.HeldHigh);
}

TEST_F(HeldFractionTest, WindowInWhichNoReleaseWasTimedTellsNothing) {
  add({});
  add({.Released = 0, .Releases = 3, .Timed = 0});
  Seen.estimate(Shape, false);
  EXPECT_NEAR(*Shape.Held, 0.5, 1e-9);
}

TEST_F(HeldFractionTest, RoundsTooFineAreTakenFromTheLock) {
  add({.Held = 30});
  Seen.estimate(Shape, /*TooFine=*/true);
  EXPECT_NEAR(*Shape.Held, 0.3, 1e-9);
  EXPECT_NEAR(*Shape.HeldHigh - *Shape.HeldLow, 4 * 0.0458, 0.001);
  EXPECT_EQ(Shape.HeldClock, "wall");
}

TEST_F(HeldFractionTest, LockThatIsFreeWhereTheHooksSeeItHeld) {
  add({.Released = 0, .Releases = 0, .Timed = 0, .Held = 20});
  Seen.estimate(Shape, false);
  EXPECT_FALSE(Shape.Observable);
  EXPECT_THAT(Shape.WhyNot, HasSubstr("inside the interpreter"));
  EXPECT_NEAR(*Shape.Held, 0.2, 1e-9);
}

TEST_F(HeldFractionTest, NothingSeenIsSaid) {
  Seen.estimate(Shape, false);
  EXPECT_FALSE(Shape.Held);
}

} // namespace
