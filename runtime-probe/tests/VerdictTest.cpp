// Decisions on recorded blocks: no machine, no clock.
#include "report/Verdict.h"
#include "report/Json.h"
#include "report/Markdown.h"
#include "report/Text.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

using namespace gilray::probe;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

namespace {

/// What one worker does with a second of a window.
struct Shape {
  double Cpu = 1, RunDelay = 0, GilWait = 0, LockWait = 0;
};

Run run(unsigned Workers, double Rate, Shape S = {}) {
  Run R;
  R.Workers = Workers;
  R.Window = 1;
  for (unsigned I = 0; I < Workers; ++I) {
    WorkerRun W;
    W.Iterations = Rate / Workers;
    W.Wall = W.WholeWall = 1;
    W.Cpu = W.WholeCpu = S.Cpu;
    W.RunDelay = S.RunDelay;
    W.GilWait = S.GilWait;
    W.LockWait = S.LockWait;
    W.Calls = static_cast<int64_t>(W.Iterations);
    R.Each.push_back(W);
  }
  return R;
}

/// Blocks with these speed-ups of two workers; the first Rejected ones do not count.
Series series(llvm::StringRef Strategy, std::vector<double> Ratios, Shape Two = {}, unsigned Rejected = 0) {
  Series S;
  S.Interpreter = "it";
  S.Strategy = Strategy.str();
  S.Share = "own";
  S.Workers = {1, 2};
  S.Import.Tried = S.Import.Accepted = true;
  S.Shape.Measured = S.Shape.Observable = true;
  S.Shape.HasGil = Strategy == "threads" || Strategy == "shared-gil";
  S.Shape.Held = 0;
  S.Shape.CallSeconds = 1e-3;
  S.Shape.ReleasesPerCall = 1;
  for (double Ratio : Ratios) {
    Block B;
    B.Id = S.Blocks.size();
    B.Accepted = B.Id >= Rejected;
    if (!B.Accepted)
      B.Rejected = "before: other processes used the processors: a native thread got 62 % of its own";
    B.Runs = {run(2, 1000 * Ratio, Two), run(1, 1000)};
    S.Blocks.push_back(B);
  }
  return S;
}

const std::vector<double> Twice = {1.97, 1.99, 1.98, 1.96, 1.98, 1.99}, Once = {0.99, 1.0, 0.98, 1.01, 0.99, 1.0},
                          Half = {1.48, 1.50, 1.49, 1.47, 1.5, 1.48}, Slow = {0.38, 0.36, 0.37, 0.4, 0.38, 0.36};

Report report(std::vector<Series> All) {
  Report R;
  R.ToolVersion = "0";
  R.Machine.Used = {0, 1};
  R.Machine.Cpus = 2;
  R.Machine.HandOverSeconds = 20e-6;
  R.Machine.Ceilings = {{2, 1.99, 1.4}};
  R.Kernels.push_back({});
  R.Kernels[0].Name = "k";
  R.Kernels[0].AllSeries = std::move(All);
  judge(R);
  return R;
}

Result only(std::vector<Series> All, llvm::StringRef Strategy = "threads") {
  Report R = report(std::move(All));
  for (const Result &X : R.Kernels[0].Results)
    if (X.Strategy == Strategy)
      return X;
  ADD_FAILURE() << "no result";
  return {};
}

TEST(Verdict, Scales) {
  Result R = only({series("threads", Twice)});
  EXPECT_EQ(R.Verdict, "scales");
  EXPECT_NEAR(R.Speedup.Median, 1.98, 1e-9);
  EXPECT_EQ(R.Speedup.Method, "order-statistic");
  EXPECT_THAT(R.Evidence, HasSubstr("native threads 1.99"));
  EXPECT_NEAR(*R.KarpFlatt, 0.0101, 1e-3);
  EXPECT_THAT(R.Evidence, Not(HasSubstr("cannot be reached")));
}

TEST(Verdict, SerialisedByTheGilNamesTheLine) {
  Series S = series("threads", Once, {.Cpu = 0.5, .GilWait = 0.5});
  S.Shape.Held = 0.97;
  S.Shape.HeldAt = {{"/m/_lzma.so", "Compressor_init", "/src/_lzmamodule.c", "lzma_easy_encoder", 658, 0.677, 677}};
  Result R = only({S});
  EXPECT_EQ(R.Verdict, "serialised by the GIL");
  EXPECT_EQ(R.Evidence, "held 97 % of the time, 68 % of the call at _lzmamodule.c:658 (lzma_easy_encoder)");
}

TEST(Verdict, PartlySerialisedNeedsGilWait) {
  Series S = series("threads", Half, {.Cpu = 0.75, .GilWait = 0.25});
  S.Shape.Held = 0.5;
  EXPECT_EQ(only({S}).Verdict, "partly serialised by the GIL");
  // Waits in the evaluation loop are not hooked, and are seen all the same.
  Series Hidden = series("threads", Half, {.Cpu = 0.75});
  Hidden.Shape.Held = 0.5;
  Result R = only({Hidden});
  EXPECT_EQ(R.Verdict, "partly serialised by the GIL");
  EXPECT_NEAR(R.GilWaitShare, 0.25, 1e-9);
  // On a machine that gives the worker no processor, the same figures are no waiting.
  Series Delayed = series("threads", Half, {.Cpu = 0.75, .RunDelay = 0.25});
  Delayed.Shape.Held = 0.5;
  EXPECT_NE(only({Delayed}).Verdict, "partly serialised by the GIL");
}

TEST(Verdict, HandOverBound) {
  Series S = series("threads", Slow, {.Cpu = 0.9, .GilWait = 0.1});
  S.Shape.Held = 0.05;
  S.Shape.ReleasesPerCall = 4003;
  S.Shape.RoundSeconds = 250e-9;
  Result R = only({S});
  EXPECT_EQ(R.Verdict, "hand-over bound");
  EXPECT_THAT(R.Evidence, HasSubstr("4003 times per call"));
  EXPECT_THAT(R.Flags, ElementsAre("slower than one worker"));
}

// Two workers may take turns at half of the time each; a third gains nothing, and the verdict of two says so.
TEST(Verdict, ScalesOnlySoFar) {
  Series S = series("threads", Twice);
  S.Shape.Held = 0.5;
  Result R = only({S});
  EXPECT_EQ(R.Verdict, "scales");
  EXPECT_THAT(R.Evidence, HasSubstr("more than 2.0 times one worker cannot be reached"));
}

TEST(Verdict, OwnLock) {
  Series S = series("threads", Once, {.Cpu = 0.52, .LockWait = 0.48});
  S.Shape.Held = 0.02;
  Result R = only({S});
  EXPECT_EQ(R.Verdict, "serialised by its own lock");
  EXPECT_THAT(R.Evidence, HasSubstr("48 %"));
}

TEST(Verdict, SharedDataNeedsCleanProcesses) {
  Series S = series("threads", Slow);
  S.Shape.HasGil = false;
  Result Alone = only({S});
  EXPECT_EQ(Alone.Verdict, "does not scale") << "nothing says that it is not the machine";
  EXPECT_THAT(Alone.Evidence, HasSubstr("would tell shared data from memory bandwidth, and was not measured"));
  EXPECT_EQ(only({S, series("processes", Twice)}).Verdict, "shared data");
  // How many calls get through is disturbed more easily than what one costs.
  Series Shaky = series("processes", {1.7, 2, 1.7, 2, 1.7, 2});
  EXPECT_EQ(only({Shaky}, "processes").Verdict, "inconclusive");
  EXPECT_EQ(only({S, Shaky}).Verdict, "shared data");
  Report R = report({S, series("processes", Twice)});
  EXPECT_TRUE(R.Kernels[0].AllSeries[0].Band->WillNotScale);
  // Processes that do not scale either lower the limit that the threads are held to.
  EXPECT_EQ(only({S, series("processes", Slow)}).Verdict, "scales");
}

TEST(Verdict, MemoryBoundIsNotClaimedOnTwoProcessors) {
  EXPECT_EQ(only({series("processes", Half)}, "processes").Verdict, "does not scale");
  Report R = report({series("processes", Half)});
  R.Machine.Used = {0, 1, 2, 3};
  judge(R);
  EXPECT_EQ(R.Kernels[0].Results[0].Verdict, "memory bound");
}

TEST(Verdict, TooFewQuietBlocks) {
  Series S = series("threads", {2, 2, 2, 2, 2, 2}, {}, 2);
  Result R = only({S});
  EXPECT_EQ(R.Verdict, "inconclusive");
  EXPECT_EQ(R.Accepted, 4u);
  EXPECT_EQ(R.Tried, 6u);
  EXPECT_THAT(R.Evidence, AllOf(HasSubstr("4 of 6 blocks were quiet, 5 are needed"), HasSubstr("other processes")));
  // What the structure says holds however noisy it is, and is said.
  S.Shape.Held = 0.7;
  EXPECT_THAT(only({S}).Evidence, HasSubstr("more than 1.4 times one worker cannot be reached"));
}

TEST(Verdict, AnIntervalAroundTheLimitIsNoVerdict) {
  Result R = only({series("threads", {1.6, 1.95, 1.7, 1.99, 1.65, 1.9})});
  EXPECT_EQ(R.Verdict, "inconclusive");
  EXPECT_THAT(R.Evidence, HasSubstr("has the limit 1.79 inside"));
}

TEST(Verdict, Failures) {
  auto Failed = [](llvm::StringRef Kind, llvm::StringRef Stage = "call") {
    Series S = series("threads", {});
    S.Failed = Failure{Kind.str(), "text", Stage.str(), 2, {}};
    return only({S});
  };
  EXPECT_EQ(Failed("crashed").Verdict, "crashed");
  EXPECT_EQ(Failed("crashed").Evidence, "text (with 2 workers)");
  EXPECT_EQ(Failed("import-refused", "import").Verdict, "import refused");
  EXPECT_EQ(Failed("deadlocked").Verdict, "deadlocked");
  EXPECT_EQ(Failed("hung-holding").Verdict, "hung holding the GIL");
  EXPECT_EQ(Failed("hung-released").Verdict, "hung with the GIL released");
  EXPECT_EQ(Failed("flooded").Verdict, "flooded its output");
  EXPECT_EQ(Failed("memory-limit").Verdict, "over the memory limit");
  EXPECT_EQ(Failed("raised").Verdict, "raised");
}

TEST(Verdict, ReenabledTheGilComesBeforeWhatFollowsFromIt) {
  Series S = series("threads", Once);
  S.Import.GilBefore = false;
  S.Import.GilAfter = true;
  S.Import.Warnings = {"RuntimeWarning: The global interpreter lock (GIL) has been enabled"};
  Result R = only({S});
  EXPECT_EQ(R.Verdict, "re-enabled the GIL");
  EXPECT_THAT(R.Evidence, HasSubstr("RuntimeWarning"));
}

TEST(Verdict, NotObservable) {
  Series S = series("threads", Once);
  S.Shape.Observable = false;
  S.Shape.Held.reset();
  S.Shape.WhyNot = "the module is part of the interpreter";
  EXPECT_EQ(only({S}).Verdict, "not observable");
  // That it scales can be seen from outside.
  Series Good = series("threads", Twice);
  Good.Shape.Held.reset();
  EXPECT_EQ(only({Good}).Verdict, "scales");
}

TEST(Verdict, StructureAloneStillNamesTheLimit) {
  Series S = series("threads", {});
  S.Shape.Held = 0.8;
  Report R = report({S});
  R.StructureOnly = true;
  judge(R);
  EXPECT_EQ(R.Kernels[0].Results[0].Verdict, "not compared");
  EXPECT_THAT(R.Kernels[0].Results[0].Evidence, HasSubstr("more than 1.2 times one worker cannot be reached"));
}

TEST(Verdict, OverSubscribed) {
  Report R = report({series("threads", Twice)});
  R.Machine.Used = {0};
  judge(R);
  EXPECT_EQ(R.Kernels[0].Results[0].Verdict, "over-subscribed");
}

TEST(Verdict, EstimatesThatDisagreeAreFlagged) {
  Series S = series("threads", Twice);
  S.Shape.Disagreement = 0.09;
  EXPECT_THAT(only({S}).Flags, ElementsAre("the estimates of the held fraction disagree"));
}

TEST(Verdict, UnsteadyHeldFractionIsFlagged) {
  Series S = series("threads", Twice);
  S.Shape.HeldLow = 0, S.Shape.HeldHigh = 0.05;
  EXPECT_THAT(only({S}).Flags, IsEmpty());
  S.Shape.HeldHigh = 0.2;
  EXPECT_THAT(only({S}).Flags, ElementsAre("the held fraction was not the same in all windows: from 0 % to 20 %"));
}

TEST(Verdict, CostlyRecordingIsFlagged) {
  Series S = series("threads", Twice);
  S.Shape.HookCost = 0.004;
  EXPECT_THAT(only({S}).Flags, IsEmpty());
  S.Shape.HookCost = 0.3;
  EXPECT_THAT(only({S}).Flags, ElementsAre("recording takes 30 % of a call"));
}

TEST(Verdict, BandsOfStrategies) {
  Series Threads = series("threads", Half, {.Cpu = 0.9, .GilWait = 0.1});
  Threads.Shape.Held = 0.1;
  Report R = report({Threads, series("own-gil", Twice)});
  EXPECT_NEAR(R.Kernels[0].AllSeries[0].Band->High, 10, 1e-9);
  EXPECT_NEAR(*R.Kernels[0].AllSeries[0].Band->Low, 1 / 0.12, 1e-6);
  EXPECT_EQ(R.Kernels[0].AllSeries[1].Band->High, 64);
}

/// Blocks with these worker counts, following S.
Series curve(std::vector<unsigned> Workers, double (*S)(double)) {
  Series Out = series("threads", {});
  Out.Workers = Workers;
  for (unsigned I = 0; I < 8; ++I) {
    Block B;
    B.Id = I;
    B.Accepted = true;
    for (unsigned N : Workers)
      B.Runs.push_back(run(N, 1000 * S(N) * (1 + 0.002 * (int(I) % 3 - 1) * (N > 1))));
    Out.Blocks.push_back(B);
  }
  return Out;
}

TEST(Fits, OnlyFromEnoughWorkersAndProcessors) {
  auto Half = [](double N) { return 1 / (0.5 + 0.5 / N); };
  Report R = report({curve({1, 2, 4, 8}, Half)});
  auto &Fits = R.Kernels[0].AllSeries[0].Fits;
  ASSERT_EQ(Fits.size(), 3u);
  // Two processors: what is beyond them says nothing about the kernel.
  EXPECT_FALSE(Fits[0].Identifiable);
  R.Machine.Used = {0, 1, 2, 3, 4, 5, 6, 7};
  judge(R);
  ASSERT_TRUE(Fits[0].Identifiable) << Fits[0].Why;
  EXPECT_NEAR(Fits[0].Value, 0.5, 0.01);
  EXPECT_FALSE(Fits[1].Identifiable) << "usl needs five worker counts";
  EXPECT_THAT(fitsInWords(R.Kernels[0].AllSeries[0]), HasSubstr("serial 0.50"));
}

TEST(Replay, InWords) {
  Replay R;
  R.Accepted = R.Tried = 5;
  R.Speedup = {9.0, 8.8, 9.1, 0.95, "order-statistic", 5};
  EXPECT_EQ(replayInWords(R), "replayed with 64 threads: 9.0 times one [8.8, 9.1], 5 of 5 quiet");
  R.Accepted = 0;
  EXPECT_EQ(replayInWords(R), "replayed with 64 threads: no quiet moment");
}

TEST(ProbeJson, RoundTripAndRecomputation) {
  Series S = series("threads", Half, {.Cpu = 0.75, .GilWait = 0.25}, 1);
  S.Shape.Held = 0.5;
  Report R = report({S, series("processes", Twice)});
  R.Notes = {"a \"note\"\n"};
  std::string First, Second;
  llvm::raw_string_ostream A(First), B(Second);
  writeJson(R, A);
  auto Read = readJson(First, "r.json");
  ASSERT_TRUE(bool(Read)) << llvm::toString(Read.takeError());
  judge(*Read);
  writeJson(*Read, B);
  EXPECT_EQ(First, Second);
}

TEST(ProbeJson, RefusesWhatIsNoReport) {
  EXPECT_THAT(llvm::toString(readJson("{", "r.json").takeError()), HasSubstr("r.json"));
  EXPECT_THAT(llvm::toString(readJson("{}", "r.json").takeError()), HasSubstr("not a report"));
  EXPECT_THAT(llvm::toString(readJson(R"({"schema_version":1,"kernels":3})", "r.json").takeError()),
              HasSubstr("expected array"));
}

TEST(ProbeMarkdown, CellsCannotBreakTheTable) {
  Series S = series("threads", Once);
  S.Failed = Failure{"raised", "ValueError('a|b\n<img>')", "call", 1, {}};
  Report R = report({S});
  R.Kernels[0].Expectations = {{"gil_held: <= 0.1", "fail", "crash & <burn>", 3},
                               {"bound: 64 => >= 8", "inconclusive", "?", 4}};
  std::string Text, Junit;
  llvm::raw_string_ostream A(Text), B(Junit);
  writeMarkdown(R, A);
  EXPECT_THAT(Text, AllOf(HasSubstr("**raised**"), HasSubstr("a\\|b \\<img\\>"), HasSubstr("- **fail**")));
  writeJunit(R, B);
  EXPECT_THAT(Junit, AllOf(HasSubstr("tests=\"2\" failures=\"1\" skipped=\"1\""),
                           HasSubstr("name=\"gil_held: &lt;= 0.1\""), HasSubstr("crash &amp; &lt;burn&gt;")));
}

TEST(ProbeText, TableHasVerdictAndEvidence) {
  Series S = series("threads", Once);
  S.Shape.Held = 1;
  Report R = report({S});
  std::string Text;
  llvm::raw_string_ostream OS(Text);
  writeText(R, {}, OS);
  EXPECT_THAT(Text, AllOf(HasSubstr("0.99 [0.98, 1.01]"), HasSubstr("serialised by the GIL"),
                          HasSubstr("held 100 % of the time"), HasSubstr("6/6")));
}

} // namespace
