// The page, the way back from JSON, the states along a path, and findings laid beside measurements.
#include "TempDir.h"
#include "report/Join.h"
#include "report/Model.h"
#include "report/Path.h"
#include "report/Report.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

using namespace gilray;
using namespace gilray::report;
using gilray::test::TempDir;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

namespace {

Finding finding(const char *Check, const std::string &File, unsigned Line, const char *Function) {
  Finding F;
  F.Check = findCheck(Check);
  F.Message = "message";
  F.Where = {File, Line, 5, Line, 9};
  F.Function = Function;
  F.Module = "gauge";
  F.Fingerprint = "0123456789abcdef";
  return F;
}

std::string html(const Report &R) {
  std::string Out;
  llvm::raw_string_ostream OS(Out);
  Sources S;
  writeHtml(R, S, OS);
  return Out;
}

TEST(Path, StatesGoOnUntilTheyChange) {
  Finding F = finding("detached-api-call", "/a.c", 9, "f");
  F.Notes = {step("released", {"/a.c", 3, 1}, ThreadState::Detached),
             step("assuming", {"/a.c", 5, 1}),
             step("attached", {"/a.c", 7, 1}, ThreadState::Attached),
             {NoteKind::Why, "because", {}}};
  std::vector<ThreadState> States;
  for (const PathStep &S : pathOf(F))
    States.push_back(S.After);
  using enum ThreadState;
  EXPECT_THAT(States, ElementsAre(Detached, Detached, Attached, Attached));
  EXPECT_TRUE(pathOf(F).back().IsFinding);
}

TEST(Path, EachThreadHasItsOwnState) {
  Finding F = finding("lock-order-inversion", "/a.c", 3, "f");
  F.Notes = {step("takes 'm'", {"/a.c", 3, 5}, ThreadState::Detached, 1), step("calls", {"/a.c", 4, 1}),
             step("waits", {"/a.c", 20, 1}, ThreadState::Attached, 2), step("calls", {"/a.c", 21, 1})};
  std::vector<PathStep> Steps = pathOf(F);
  ASSERT_EQ(Steps.size(), 4u); // the finding is the first step
  EXPECT_TRUE(Steps[0].IsFinding);
  EXPECT_EQ(Steps[1].Thread, 1u);
  EXPECT_EQ(Steps[1].After, ThreadState::Detached);
  EXPECT_EQ(Steps[3].Thread, 2u);
  EXPECT_EQ(Steps[3].After, ThreadState::Attached);
}

TEST(Path, WhereTheWitnessSaysNothingTheFindingDoes) {
  Finding F = finding("blocking-call-attached", "/a.c", 9, "f");
  F.State = ThreadState::Attached;
  EXPECT_EQ(pathOf(F).back().After, ThreadState::Attached);
  F.Notes = {step("called", {"/a.c", 3, 1})};
  EXPECT_EQ(pathOf(F).front().After, ThreadState::Unknown);
  EXPECT_EQ(pathOf(F).back().After, ThreadState::Attached);
}

TEST(Html, SourceIsTextNotMarkup) {
  TempDir Dir;
  std::string File =
      Dir.file("a.c", "int f(void)\n{\n  a < b && \"</script><img src=x onerror=alert(1)>\"; \x01\xff\n}\n");
  Report R;
  R.Directory = Dir.Path;
  R.Findings = {finding("detached-api-call", File, 3, "f<T>")};
  R.Findings[0].Message = "<b>bold</b>";
  std::string Out = html(R);
  EXPECT_THAT(Out, Not(HasSubstr("<img")));
  EXPECT_THAT(Out, Not(HasSubstr("<b>bold")));
  EXPECT_THAT(Out, HasSubstr("f&lt;T&gt;"));
  EXPECT_THAT(Out, Not(HasSubstr("\x01")));
  EXPECT_THAT(Out, Not(HasSubstr("http"))); // nothing is fetched
}

TEST(Html, FilesThatAreGoneAndHugeLinesAreNoTrouble) {
  TempDir Dir;
  Report R;
  R.Findings = {finding("detached-api-call", Dir.Path + "/gone.c", 3, "f"),
                finding("detached-api-call", Dir.file("a.c", std::string(1 << 20, 'x')), 1, "f")};
  R.Findings[1].Where.Col = 900000;
  R.Findings[1].Where.EndCol = 1000000;
  EXPECT_LT(html(R).size(), 60000u);
}

TEST(ReadJson, ComesBackAsItWas) {
  TempDir Dir;
  Report R;
  R.Directory = Dir.Path;
  R.Files = {Dir.Path + "/a.c"};
  R.Targets = {"3.12", "3.13t"};
  R.Findings = {finding("detached-api-call", Dir.Path + "/a.c", 3, "f")};
  R.Findings[0].State = ThreadState::Attached;
  R.Findings[0].Notes = {step("step", {Dir.Path + "/b.c", 2, 1, 2, 4}, ThreadState::Detached, 2),
                         {NoteKind::Remedy, "do", {}}};
  R.Findings[0].Fixes = {{"title", true, {{{Dir.Path + "/a.c", 1, 1}, "text"}}}};
  R.Unjudged = {{{Dir.Path + "/c.c", 4}, "g", "reason"}};
  auto Json = [](const Report &R) {
    std::string Out;
    llvm::raw_string_ostream OS(Out);
    writeJson(R, OS);
    return Out;
  };
  auto Read = readJson(Json(R), "r.json", Dir.Path);
  ASSERT_TRUE(static_cast<bool>(Read)) << llvm::toString(Read.takeError());
  EXPECT_EQ(Json(*Read), Json(R));
  EXPECT_EQ(Read->Findings[0].Notes[1].Where.File, "");
}

TEST(ReadJson, OtherFilesAreRefused) {
  for (const char *Text : {"{", "[]", "{}", R"({"schema_version": 2, "findings": [], "incomplete": []})"}) {
    auto Read = readJson(Text, "r.json", "/");
    EXPECT_FALSE(static_cast<bool>(Read)) << Text;
    EXPECT_THAT(llvm::toString(Read.takeError()), HasSubstr("r.json: "));
  }
}

struct Joined : testing::Test {
  Report R;
  probe::Report Probe;
  probe::Series &series(const char *Kernel = "gauge.settle") {
    probe::Kernel &K = Probe.Kernels.emplace_back();
    K.Name = Kernel;
    K.Module = "gauge";
    K.Call = std::string(Kernel) + "(2)";
    probe::Series &S = K.AllSeries.emplace_back();
    S.Interpreter = "3.13";
    S.Strategy = "threads";
    S.Import = {.Tried = true, .Accepted = true};
    S.Shape.Measured = true;
    S.Shape.CallSeconds = 0.001;
    S.Shape.HeldClock = "cpu";
    S.Shape.PcSamples = 1000;
    return S;
  }
  static probe::CodeShare share(const char *Function, unsigned Line, double Share) {
    probe::CodeShare C;
    C.Function = Function;
    C.File = "/elsewhere/a.c";
    C.Line = Line;
    C.Share = Share;
    return C;
  }
  Measured measured(const WaysFromPython &Ways = {}) {
    join(R, Probe, Ways);
    return R.Measurements.at(0);
  }
};

TEST_F(Joined, TimeInTheLoopConfirms) {
  R.Findings = {finding("long-loop-attached", "/p/a.c", 20, "sum")};
  probe::Series &S = series();
  S.Shape.Held = 1;
  S.Shape.HeldAt = {share("sum(unsigned char const*)", 21, 0.8), share("other", 3, 0.2)};
  Measured M = measured();
  EXPECT_EQ(M.Is, Outcome::Confirmed);
  EXPECT_THAT(M.Evidence, HasSubstr("80 % of the call in 'sum'"));
  EXPECT_THAT(M.Gain, HasSubstr("at most 1.0 times one worker now, 5.0 times"));
}

TEST_F(Joined, AnotherFunctionOrFileIsNotExercised) {
  R.Findings = {finding("long-loop-attached", "/p/b.c", 20, "sum")};
  probe::Series &S = series();
  S.Shape.Held = 1;
  S.Shape.HeldAt = {share("sum", 21, 0.8), share("resum", 21, 0.2)};
  EXPECT_EQ(measured().Is, Outcome::NotExercised);
}

TEST_F(Joined, ReleasedTimeContradicts) {
  R.Findings = {finding("blocking-call-attached", "/p/a.c", 20, "settle")};
  probe::Series &S = series();
  S.Shape.Held = 0.01;
  S.Shape.ReleasedAt = {share("settle", 25, 1)};
  EXPECT_EQ(measured().Is, Outcome::Contradicted);
}

TEST_F(Joined, WaitingIsSeenThoughNoSampleIs) {
  R.Findings = {finding("blocking-call-attached", "/p/a.c", 20, "settle")};
  probe::Series &S = series();
  S.Shape.Held = 1;
  S.Shape.HeldClock = "wall";
  S.Shape.CpuShare = 0.01;
  S.Shape.PcSamples = 0;
  EXPECT_EQ(measured().Is, Outcome::NotExercised); // nothing says that the kernel comes there
  WaysFromPython Ways;
  Ways["0123456789abcdef"] = {"gauge.settle"};
  Measured M = measured(Ways);
  EXPECT_EQ(M.Is, Outcome::Confirmed);
  EXPECT_THAT(M.Evidence, HasSubstr("waiting for 99 %"));
}

TEST_F(Joined, FewSamplesDecideNothing) {
  R.Findings = {finding("long-loop-attached", "/p/a.c", 20, "sum")};
  probe::Series &S = series();
  S.Shape.Held = 1;
  S.Shape.PcSamples = 5;
  S.Shape.ReleasedAt = {share("sum", 30, 1)};
  Measured M = measured();
  EXPECT_EQ(M.Is, Outcome::NotExercised);
  EXPECT_THAT(M.Evidence, HasSubstr("too few"));
}

TEST_F(Joined, WithoutGilNothingIsSaidAboutHolding) {
  R.Findings = {finding("long-loop-attached", "/p/a.c", 20, "sum")};
  probe::Series &S = series();
  S.Shape.HasGil = false;
  S.Shape.Held = 1;
  S.Shape.HeldAt = {share("sum", 21, 1)};
  EXPECT_EQ(measured().Is, Outcome::NotExercised);
}

TEST_F(Joined, ADeadlockConfirmsAndItsAbsenceProvesNothing) {
  R.Findings = {finding("lock-order-inversion", "/p/a.c", 20, "settle")};
  probe::Series &S = series();
  WaysFromPython Ways;
  Ways["0123456789abcdef"] = {"gauge.settle"};
  EXPECT_EQ(measured(Ways).Is, Outcome::NotExercised);
  EXPECT_THAT(measured(Ways).Evidence, HasSubstr("proves nothing"));
  S.Shape.Measured = false;
  S.Failed = probe::Failure{.Kind = "deadlocked", .Text = "all 3 threads sleep"};
  EXPECT_EQ(measured(Ways).Is, Outcome::Confirmed);
  EXPECT_THAT(measured(Ways).Evidence, HasSubstr("all 3 threads sleep"));
  EXPECT_EQ(measured().Is, Outcome::NotExercised) << "of another function";
}

TEST_F(Joined, ImportsJudgeTheDeclarations) {
  R.Findings = {finding("missing-gil-slot", "/p/a.c", 20, ""), finding("missing-interpreters-slot", "/p/a.c", 20, "")};
  probe::Series &Free = series();
  Free.Import.GilBefore = false;
  Free.Import.GilAfter = true;
  probe::Series Own = Free;
  Own.Strategy = "own-gil";
  Own.Import.GilBefore = true;
  Probe.Kernels[0].AllSeries.push_back(Own);
  EXPECT_EQ(measured().Is, Outcome::Confirmed);
  EXPECT_EQ(R.Measurements[1].Is, Outcome::Contradicted);
  Probe.Kernels[0].AllSeries[1].Import.Accepted = false;
  Probe.Kernels[0].AllSeries[0].Import.GilAfter = false;
  EXPECT_EQ(measured().Is, Outcome::Contradicted);
  EXPECT_EQ(R.Measurements[1].Is, Outcome::Confirmed);
  // 3.11 has no such interpreters: that the import was fine there says nothing.
  Probe.Kernels[0].AllSeries[1].Import.Accepted = true;
  Probe.Kernels[0].AllSeries[1].Failed.emplace().Stage = "interpreter";
  measured();
  EXPECT_EQ(R.Measurements[1].Is, Outcome::NotExercised);
}

TEST_F(Joined, TwoReleasesInAMicrosecondAreTooMany) {
  R.Findings = {finding("release-in-hot-loop", "/p/a.c", 20, "each")};
  probe::Series &S = series();
  S.Shape.ReleasesPerCall = 1000;
  S.Shape.ReleasedAt = {share("each", 21, 1)};
  EXPECT_EQ(measured().Is, Outcome::Confirmed);
  Probe.Kernels[0].AllSeries[0].Shape.ReleasesPerCall = 1;
  EXPECT_EQ(measured().Is, Outcome::Contradicted);
}

TEST_F(Joined, WhatIsNoMatterOfTimeIsNotMeasurable) {
  R.Findings = {finding("detached-api-call", "/p/a.c", 20, "sum")};
  probe::Series &S = series();
  S.Shape.Held = 1;
  S.Shape.HeldAt = {share("sum", 21, 1)};
  EXPECT_EQ(measured().Is, Outcome::NotMeasurable);
}

} // namespace
