#include "host/Difference.h"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

using namespace gilray;
using namespace gilray::tidy;
using testing::ElementsAre;
using testing::IsEmpty;

namespace {

Finding at(unsigned Line, std::string Message, std::vector<unsigned> Path = {}) {
  Finding F;
  F.Message = std::move(Message);
  F.Where = {"/a.c", Line, 5, Line, 9};
  for (unsigned L : Path)
    F.Notes.push_back(step("here", {"/a.c", L, 1, L, 2}));
  F.Notes.push_back(step("over there", {"/b.c", 2, 1, 2, 2}));
  return F;
}

std::vector<std::pair<unsigned, std::string>> linesOf(llvm::ArrayRef<Finding> Findings) {
  std::vector<std::pair<unsigned, std::string>> Out;
  for (const Finding &F : Findings)
    Out.push_back({F.Where.Line, F.Message});
  return Out;
}

using Lines = std::vector<std::pair<unsigned, std::string>>;

constexpr const char *Old = "one\ntwo\nthree\nfour\nfive\n";

Lines after(const Difference &D, std::vector<Finding> Alone, const char *New) {
  D.applyTo(Alone, New);
  return linesOf(Alone);
}

} // namespace

TEST(LineShift, AroundAnEdit) {
  LineShift S(Old, "one\ntwo\nTHREE\nmore\nfour\nfive\n");
  EXPECT_THAT((std::vector{S(1), S(2), S(3), S(4), S(5)}), ElementsAre(1, 2, 0, 5, 6));
}

TEST(LineShift, LinesLikeTheirNeighbours) {
  LineShift More("x\nx\n", "x\nx\nx\n"), Fewer("x\nx\nx\n", "x\nx\n");
  EXPECT_EQ(More(1), 1u);
  EXPECT_EQ(More(2), 2u);
  EXPECT_EQ(Fewer(3), 0u); // of three lines that read alike the last counts as the one that is gone
  EXPECT_EQ(Fewer(2), 2u);
}

TEST(LineShift, EmptyTexts) {
  EXPECT_EQ(LineShift("", "")(1), 1u);
  EXPECT_EQ(LineShift("", "a\nb\n")(1), 3u); // what is behind the last line end
  EXPECT_EQ(LineShift("a\n", "")(1), 0u);
}

TEST(Difference, WhatTheProjectAddsMovesWithItsLine) {
  Difference D("/a.c", Old, {}, {at(4, "far")});
  EXPECT_EQ(after(D, {}, Old), (Lines{{4, "far"}}));
  EXPECT_EQ(after(D, {}, "zero\none\ntwo\nthree\nfour\nfive\n"), (Lines{{5, "far"}}));
  EXPECT_EQ(after(D, {at(1, "near")}, "one\nthree\nfour\nfive\n"), (Lines{{1, "near"}, {3, "far"}}));
}

TEST(Difference, AnEditOnItsWayTakesItBack) {
  Difference D("/a.c", Old, {}, {at(4, "far", {2})});
  EXPECT_THAT(after(D, {}, "one\ntwo\nthree\nFOUR\nfive\n"), IsEmpty());
  EXPECT_THAT(after(D, {}, "one\nTWO\nthree\nfour\nfive\n"), IsEmpty());
  EXPECT_EQ(after(D, {}, "one\ntwo\nTHREE\nfour\nfive\n"), (Lines{{4, "far"}}));
}

TEST(Difference, WhatTheProjectRefutesStaysAway) {
  Difference D("/a.c", Old, {at(4, "unused comment"), at(1, "both")}, {at(1, "both")});
  EXPECT_EQ(after(D, {at(5, "unused comment"), at(2, "both")}, "zero\none\ntwo\nthree\nfour\nfive\n"),
            (Lines{{2, "both"}}));
  // Elsewhere the same message is another finding.
  EXPECT_EQ(after(D, {at(3, "unused comment")}, Old), (Lines{{3, "unused comment"}}));
}

TEST(Difference, TheBetterPathIsKept) {
  Difference D("/a.c", Old, {at(4, "far")}, {at(4, "far", {2, 3})});
  std::vector<Finding> Findings{at(4, "far")};
  D.applyTo(Findings, Old);
  ASSERT_EQ(Findings.size(), 1u);
  EXPECT_EQ(Findings[0].Notes.size(), 3u);
}
