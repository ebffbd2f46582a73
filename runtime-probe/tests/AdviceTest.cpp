// Advice follows from figures, and only from figures.
#include "report/Advice.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

using namespace gilray::probe;
using testing::AllOf;
using testing::Contains;
using testing::Each;
using testing::HasSubstr;
using testing::Not;

namespace {

struct AdviceTest : testing::Test {
  Kernel K;
  Environment E;
  AdviceTest() { E.Used = {0, 1}; }

  void add(const char *Strategy, double Speedup, const char *Verdict = "scales", unsigned Accepted = 8) {
    Series S;
    S.Interpreter = "it";
    S.Strategy = Strategy;
    S.Share = "own";
    S.Shape.Measured = true;
    S.Shape.CallSeconds = 1e-3;
    S.Shape.Held = 0.05;
    K.AllSeries.push_back(S);
    Result R;
    R.Interpreter = "it";
    R.Strategy = Strategy;
    R.Share = "own";
    R.Workers = 2;
    R.Accepted = Accepted;
    R.Speedup = {Speedup, Speedup - 0.02, Speedup + 0.02, 0.95, "", Accepted};
    R.Verdict = Verdict;
    K.Results.push_back(R);
  }
  void cost(const char *How, double Start, double Task) {
    if (K.AllCosts.empty())
      K.AllCosts.push_back({"it", "", {}, {}, std::nullopt, {}});
    K.AllCosts[0].Workers.push_back({How, "", Start, std::nullopt, Task});
  }
  Advice advice() {
    auto All = adviceFor(K, E);
    return All.empty() ? Advice() : All[0];
  }
};

TEST_F(AdviceTest, TheCheapestOfThoseThatDoTheSame) {
  add("processes", 1.97);
  add("threads", 1.93);
  cost("thread-pool", 1e-4, 50e-6);
  Advice A = advice();
  EXPECT_EQ(A.Strategy, "threads");
  // 50 us / (1 - 1 / 1.93): below that one worker is done before the other has begun.
  EXPECT_NEAR(*A.PaysFrom, 103.8e-6, 1e-6);
  EXPECT_THAT(A.Text, Contains(HasSubstr("pays for calls longer than 104 us, and this one takes 1.0 ms")));
}

TEST_F(AdviceTest, ProcessesWhenThreadsAreSerialised) {
  add("threads", 0.99, "serialised by the GIL");
  add("processes", 1.9);
  K.AllSeries[0].Shape.Held = 0.97;
  K.AllSeries[0].Shape.HeldAt = {{"m.so", "fill", "/src/m.c", "", 12, 0.9, 0}};
  cost("process-pool-fork", 0.02, 2e-3);
  Advice A = advice();
  EXPECT_EQ(A.Strategy, "processes");
  EXPECT_THAT(A.Text, Contains(HasSubstr("hand over several at once")));
  EXPECT_THAT(A.Text, Contains(AllOf(HasSubstr("m.c:12 in fill"), HasSubstr("from 1.0 to at most 14.3"))));
}

TEST_F(AdviceTest, NoneWithoutQuietBlocks) {
  add("threads", 1.9, "inconclusive", 3);
  K.AllSeries[0].Shape.Held = 0.5;
  Advice A = advice();
  EXPECT_EQ(A.Strategy, "");
  EXPECT_THAT(A.Text, Contains(AllOf(HasSubstr("no strategy is recommended"), HasSubstr("threads 2.0 times"))));
  K.AllSeries[0].Shape.Held = 0.002; // a figure such as 500 times would be no knowledge
  EXPECT_THAT(advice().Text, Contains(HasSubstr("the GIL does not keep threads from running side by side")));
}

TEST_F(AdviceTest, ADeadlockComesBeforeAnyFigure) {
  add("threads", 0, "deadlocked", 0);
  K.AllSeries[0].Failed = Failure{.Kind = "deadlocked", .Stage = "call", .Workers = 2};
  Advice A = advice();
  EXPECT_THAT(A.Text, Contains("fix first: the kernel deadlocks with 2 workers (threads)"));
  EXPECT_THAT(A.Text, Each(Not(HasSubstr("side by side"))));
}

TEST_F(AdviceTest, OneWorkerWhenNothingIsFaster) {
  add("threads", 0.4, "hand-over bound");
  add("processes", 1.02, "memory bound");
  Advice A = advice();
  EXPECT_EQ(A.Strategy, "");
  EXPECT_THAT(A.Text, Contains(HasSubstr("keep one worker")));
  EXPECT_THAT(A.Text, Contains(HasSubstr("fix first: it releases the GIL every")));
}

TEST_F(AdviceTest, SwitchIntervalOnlyWhereItMatters) {
  add("threads", 1.9);
  cost("thread-pool", 1e-4, 50e-6);
  K.AllCosts[0].Switch = {{0.005, 0.005, 0.006, 100}, {0.0005, 0.0006, 0.001, 100}};
  EXPECT_THAT(advice().Text, Contains(HasSubstr("a switch interval of 500 us makes that 600 us")));
  K.AllCosts[0].Switch[1].Wait = 0.005;
  EXPECT_THAT(advice().Text, Contains(HasSubstr("changes nothing")));
  K.AllCosts[0].Switch[0].Wait = 1e-5;
  EXPECT_THAT(advice().Text, Each(Not(HasSubstr("switch interval"))));
}

TEST(Units, Words) {
  EXPECT_EQ(duration(12.3e-6), "12 us");
  EXPECT_EQ(duration(0.0012), "1.2 ms");
  EXPECT_EQ(duration(0.9999), "1.0 s");
  EXPECT_EQ(size(16404), "16 KB");
  EXPECT_EQ(size(12), "12 B");
}

} // namespace
