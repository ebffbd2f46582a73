// NOLINT comments: what they cover and when they are reported themselves.
#include "driver/Collect.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

using namespace gilray;
using namespace gilray::driver;
using ir::SuppressionKind;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

namespace {

class Suppress : public testing::Test {
protected:
  Suppress() {
    U.MainFile = U.intern("/p/a.c");
    U.Files.push_back({U.MainFile, ir::HeaderClass::Project});
    U.Facts.PyVersionHex = 0x030c0000;
  }

  void comment(SuppressionKind Kind, unsigned Line, std::vector<const char *> Checks = {}) {
    ir::Suppression S;
    S.Kind = Kind;
    for (const char *C : Checks)
      S.Checks.push_back(U.intern(C));
    S.Where = {1, Line, 5, Line, 20, 0};
    U.Suppressions.push_back(std::move(S));
  }

  void finding(unsigned Line, const char *Check = "region-escape") {
    Finding F;
    F.Check = findCheck(Check);
    F.Sev = F.Check->Default;
    F.Message = "m";
    F.Where = {"/p/a.c", Line, 1, Line, 9};
    Found.push_back(std::move(F));
  }

  AnalysisResult result(std::vector<Incomplete> Unjudged = {}) const {
    AnalysisResult R;
    R.Findings = Found;
    R.Unjudged = std::move(Unjudged);
    return R;
  }

  /// What is left, as "line check", and the complaints' messages.
  std::vector<std::string> left(std::vector<Incomplete> Unjudged = {}) {
    auto S = cantFail(Selection::create(Conf, Checks));
    Collector C(S);
    C.add({&U}, result(std::move(Unjudged)), "");
    auto R = C.take();
    Suppressed = R.Suppressed;
    std::vector<std::string> Lines;
    for (const Finding &F : R.Findings) {
      bool Complaint = F.Check->Name == "unused-suppression";
      Lines.push_back(std::to_string(F.Where.Line) + " " + (Complaint ? F.Message : std::string(F.Check->Name)));
    }
    return Lines;
  }

  config::Config Conf;
  std::string Checks;
  ir::Unit U;
  std::vector<Finding> Found;
  unsigned Suppressed = 0;
};

TEST_F(Suppress, EachKindCoversItsLines) {
  comment(SuppressionKind::Line, 10, {"gilray-region-escape"});
  comment(SuppressionKind::NextLine, 20, {"gilray-*"});
  comment(SuppressionKind::Begin, 30);
  comment(SuppressionKind::End, 40);
  for (unsigned Line : {9, 10, 11, 20, 21, 22, 29, 30, 35, 40, 41})
    finding(Line);
  EXPECT_THAT(left(), ElementsAre("9 region-escape", "11 region-escape", "20 region-escape", "22 region-escape",
                                  "29 region-escape", "41 region-escape"));
  EXPECT_EQ(Suppressed, 5u);
}

TEST_F(Suppress, GlobsNameChecksInFullAndMayExclude) {
  comment(SuppressionKind::Line, 1, {"gilray-region-*"});
  comment(SuppressionKind::Line, 2, {"gilray-double-detach"});
  comment(SuppressionKind::Line, 3, {"*", "-gilray-region-escape"});
  comment(SuppressionKind::Line, 4, {"bugprone-*"});
  for (unsigned Line : {1, 2, 3, 4})
    finding(Line);
  EXPECT_THAT(left(), ElementsAre("2 region-escape", "2 this NOLINT suppresses nothing; remove it", "3 region-escape",
                                  "4 region-escape"));
}

TEST_F(Suppress, UnusedOnesThatNameOurChecksAreReported) {
  comment(SuppressionKind::Line, 1, {"gilray-region-escape"});
  comment(SuppressionKind::NextLine, 2, {"gilray-regoin-escape"});
  comment(SuppressionKind::Line, 3);
  comment(SuppressionKind::Line, 4, {"*"});
  comment(SuppressionKind::Begin, 5, {"gilray-region-escape"});
  EXPECT_THAT(left(), ElementsAre("1 this NOLINT suppresses nothing; remove it",
                                  HasSubstr("2 NOLINTNEXTLINE: 'gilray-regoin-escape' is not a check; did you mean"),
                                  HasSubstr("5 NOLINTBEGIN without NOLINTEND")));
}

TEST_F(Suppress, NothingIsUnusedWhereNotEverythingWasJudged) {
  comment(SuppressionKind::Line, 1, {"gilray-region-escape"});
  EXPECT_THAT(left({{{"/p/a.c", 7}, "f", "too large"}}), IsEmpty());
  Checks = "double-detach,unused-suppression";
  EXPECT_THAT(left(), IsEmpty()) << "the named check did not run";
}

TEST_F(Suppress, BeginAndEndPairByTheirList) {
  comment(SuppressionKind::Begin, 1, {"gilray-region-escape"});
  comment(SuppressionKind::Begin, 2, {"gilray-double-detach"});
  comment(SuppressionKind::End, 4, {"gilray-region-escape"});
  comment(SuppressionKind::End, 6, {"gilray-double-detach"});
  finding(3);
  finding(5);
  finding(5, "double-detach");
  finding(7, "double-detach");
  EXPECT_THAT(left(), ElementsAre("5 region-escape", "7 double-detach"));
}

TEST_F(Suppress, EqualFindingsOfSeveralTargetsBecomeOne) {
  finding(3);
  auto S = cantFail(Selection::create(Conf, ""));
  Collector C(S);
  C.add({&U}, result(), "3.15t");
  C.add({&U}, result(), "3.9");
  finding(4);
  C.add({&U}, result(), "3.12");
  auto R = C.take();
  ASSERT_EQ(R.Findings.size(), 2u);
  EXPECT_THAT(R.Findings[0].Targets, ElementsAre("3.9", "3.12", "3.15t"));
  EXPECT_THAT(R.Findings[1].Targets, ElementsAre("3.12"));
  EXPECT_THAT(R.Targets, ElementsAre("3.9", "3.12", "3.15t"));
}

} // namespace
