// Expectations against recorded reports.
#include "report/Gate.h"
#include "report/Verdict.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

using namespace gilray::probe;
using testing::HasSubstr;

namespace {

Spec spec(llvm::StringRef Expectation) {
  std::string Text = "version: 1\nkernels:\n  - name: k\n    module: m\n    call: m.f()\n    expect:\n      ";
  auto S = parseSpec(Text + Expectation.str() + "\n", "/p/probe.yaml");
  if (!S) {
    ADD_FAILURE() << llvm::toString(S.takeError());
    return {};
  }
  return std::move(*S);
}

struct Given {
  double Held = 0.05;
  std::optional<double> HeldLow, HeldHigh;
  std::vector<double> Ratios = {1.95, 1.96, 1.97, 1.95, 1.96};
  std::string Failed;
  bool HasGil = true;
};

Report report(const Given &G) {
  Report R;
  R.Machine.Used = {0, 1};
  R.Machine.HandOverSeconds = 1e-5;
  R.Machine.Ceilings = {{2, 1.99, 1.5}};
  Series S;
  S.Interpreter = "gil313";
  S.Strategy = "threads";
  S.Share = "own";
  S.Workers = {1, 2};
  S.Import.Tried = S.Import.Accepted = true;
  S.Shape.Measured = S.Shape.Observable = true;
  S.Shape.HasGil = G.HasGil;
  S.Shape.Held = G.Held;
  S.Shape.HeldLow = G.HeldLow;
  S.Shape.HeldHigh = G.HeldHigh;
  S.Shape.CallSeconds = 1e-3;
  S.Shape.ReleasesPerCall = 3;
  if (!G.Failed.empty())
    S.Failed = Failure{G.Failed, "text", "call", 2, {}};
  for (double Ratio : G.Ratios) {
    Block B;
    B.Accepted = true;
    Run One{1, 1, {WorkerRun{1000, 1, 1}}}, Two{2, 1, {WorkerRun{500 * Ratio, 1, 1}, WorkerRun{500 * Ratio, 1, 1}}};
    B.Runs = {One, Two};
    S.Blocks.push_back(B);
  }
  R.Kernels.push_back({});
  R.Kernels[0].Name = "k";
  R.Kernels[0].AllSeries = {S};
  judge(R);
  return R;
}

Checked expected(llvm::StringRef Expectation, const Given &G = {}) {
  Report R = report(G);
  judgeExpectations(spec(Expectation), R);
  EXPECT_EQ(R.Kernels[0].Expectations.size(), 1u);
  return R.Kernels[0].Expectations.empty() ? Checked() : R.Kernels[0].Expectations[0];
}

const std::vector<double> Low = {1.1, 1.12, 1.11, 1.1, 1.13};

TEST(Gate, StructureFailsHard) {
  EXPECT_EQ(expected("gil_held: '<= 0.10'").Outcome, "pass");
  EXPECT_EQ(expected("gil_held: '<= 0.10'", {.Held = 0.2}).Outcome, "fail");
  EXPECT_EQ(expected("releases_per_call: '<= 2'").Outcome, "fail");
  EXPECT_EQ(expected("releases_per_call: '<= 10'").Outcome, "pass");
  EXPECT_EQ(expected("bound: '64 => >= 8'").Outcome, "pass");
  EXPECT_EQ(expected("bound: '64 => >= 8'", {.Held = 0.2}).Outcome, "fail");
  EXPECT_EQ(expected("lock_wait: '<= 0.1'").Outcome, "pass");
}

TEST(Gate, StructureNeedsNoQuietBlocks) {
  EXPECT_EQ(expected("gil_held: '<= 0.10'", {.Held = 0.2, .Ratios = {}}).Outcome, "fail");
  EXPECT_EQ(expected("gil_held: '<= 0.10'", {.Held = 0.01, .Ratios = {}}).Outcome, "pass");
}

TEST(Gate, UnsteadyHeldTimeNeverFailsWithTheLimitInside) {
  Checked E = expected("gil_held: '<= 0.10'", {.Held = 0.14, .HeldLow = 0.04, .HeldHigh = 0.2});
  EXPECT_EQ(E.Outcome, "inconclusive");
  EXPECT_THAT(E.Why, HasSubstr("held 14 % of the call, from 4 % to 20 %: the limit is inside"));
  EXPECT_EQ(expected("gil_held: '<= 0.10'", {.Held = 0.14, .HeldLow = 0.12, .HeldHigh = 0.2}).Outcome, "fail");
  EXPECT_EQ(expected("gil_held: '<= 0.10'", {.Held = 0.08, .HeldLow = 0.04, .HeldHigh = 0.2}).Outcome, "pass");
}

TEST(Gate, TimingHasThreeValues) {
  llvm::StringRef E = "threads@gil313: '2 => speedup >= 1.5'";
  EXPECT_EQ(expected(E).Outcome, "pass");
  EXPECT_EQ(expected(E, {.Ratios = {}}).Outcome, "inconclusive");
  EXPECT_EQ(expected(E, {.Ratios = {1.3, 1.4, 1.6, 1.7, 1.9}}).Outcome, "inconclusive") << "limit inside";
  EXPECT_EQ(expected(E, {.Ratios = Low}).Outcome, "inconclusive") << "too slow, and nothing shows why";
  EXPECT_EQ(expected(E, {.Held = 0.95, .Ratios = Low}).Outcome, "fail");
  EXPECT_THAT(expected(E, {.Held = 0.95, .Ratios = Low}).Why, HasSubstr("serialised by the GIL"));
}

TEST(Gate, AsksForNoMoreThanTheMachineHas) {
  Checked E = expected("threads@gil313: '2 => speedup >= 1.98'", {.Held = 0.95, .Ratios = Low});
  EXPECT_EQ(E.Outcome, "inconclusive");
  EXPECT_THAT(E.Why, HasSubstr("ask for 1.69 at most"));
}

TEST(Gate, CrashesFailWhateverWasExpected) {
  for (llvm::StringRef E : {"gil_held: '<= 1'", "threads@gil313: '2 => speedup >= 1.1'", "bound: '64 => >= 1'"}) {
    EXPECT_EQ(expected(E, {.Failed = "crashed"}).Outcome, "fail");
    EXPECT_EQ(expected(E, {.Failed = "interrupted"}).Outcome, "inconclusive");
  }
}

TEST(Gate, Imports) {
  EXPECT_EQ(expected("import: {threads: accepted}").Outcome, "pass");
  EXPECT_EQ(expected("import: {threads: accepted}", {.Failed = "import-refused"}).Outcome, "fail");
  EXPECT_EQ(expected("import: {threads: refused}", {.Failed = "import-refused"}).Outcome, "pass");
  EXPECT_EQ(expected("import: {own-gil: accepted}").Outcome, "inconclusive") << "was not measured";
  Report R = report({});
  R.Kernels[0].AllSeries[0].Import.GilBefore = false;
  judgeExpectations(spec("import: {gil313: keeps-gil-off}"), R);
  EXPECT_EQ(R.Kernels[0].Expectations[0].Outcome, "fail");
  R.Kernels[0].AllSeries[0].Import.GilAfter = false;
  judgeExpectations(spec("import: {gil313: keeps-gil-off}"), R);
  EXPECT_EQ(R.Kernels[0].Expectations[0].Outcome, "pass");
}

TEST(Gate, ExitStatus) {
  Report R = report({});
  EXPECT_EQ(gateStatus(R, true), 0);
  R.Kernels[0].Expectations = {{"a", "pass", "", 0}, {"b", "inconclusive", "", 0}};
  EXPECT_EQ(gateStatus(R, false), 0);
  EXPECT_EQ(gateStatus(R, true), 3);
  R.Kernels[0].Expectations.push_back({"c", "fail", "", 0});
  EXPECT_EQ(gateStatus(R, false), 1);
  EXPECT_EQ(gateStatus(R, true), 1);
}

} // namespace
