// --fix: choosing fixes that go together, final text of edits, the diff.
#include "driver/Fixes.h"
#include "TempDir.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

using namespace gilray;
using namespace gilray::driver;
using testing::ElementsAre;
using testing::HasSubstr;

namespace {

class Fixes : public testing::Test {
protected:
  test::TempDir Dir;
  std::vector<Finding> Findings;

  std::string file(const char *Name, const std::string &Text) { return Dir.file(Name, Text); }

  void fix(const std::string &File, unsigned Line, unsigned Col, unsigned EndLine, unsigned EndCol, const char *Text,
           bool Safe = true, bool Indent = false) {
    Finding F;
    F.Fixes.push_back({"do it", Safe, {{{File, Line, Col, EndLine, EndCol}, Text, Indent}}});
    Findings.push_back(std::move(F));
  }

  std::string result(const FixPlan &Plan) {
    return Plan.Files.empty() ? "" : report::applyEdits(Plan.Files[0].Before, Plan.Files[0].Edits);
  }

  std::string diff(const FixPlan &Plan) {
    std::string Out;
    llvm::raw_string_ostream OS(Out);
    for (const FixPlan::File &F : Plan.Files)
      report::writeUnifiedDiff("a.c", F.Before, F.Edits, OS);
    return Out;
  }
};

TEST_F(Fixes, InsertionsAtOnePlaceKeepTheOrderOfTheirFindings) {
  std::string A = file("a.c", "one\n  {0},\n");
  fix(A, 2, 1, 0, 0, "{3},\n", true, true);
  fix(A, 2, 1, 0, 0, "{4},\n", true, true);
  finishFixes(Findings);
  EXPECT_EQ(result(planFixes(Findings)), "one\n  {3},\n  {4},\n  {0},\n");
}

TEST_F(Fixes, IndentationIsThatOfTheLineAndDirectivesHaveNone) {
  std::string A = file("a.c", "x\n\t{0},\n");
  fix(A, 2, 1, 0, 0, "#if N\n{3},\n#endif\n", true, true);
  finishFixes(Findings);
  EXPECT_EQ(result(planFixes(Findings)), "x\n#if N\n\t{3},\n#endif\n\t{0},\n");
}

TEST_F(Fixes, CarriageReturnsAreKept) {
  std::string A = file("a.c", "x\r\ny\r\n");
  fix(A, 2, 1, 0, 0, "new\n");
  finishFixes(Findings);
  EXPECT_EQ(result(planFixes(Findings)), "x\r\nnew\r\ny\r\n");
}

TEST_F(Fixes, OnlySafeFixesAreMade) {
  std::string A = file("a.c", "x\n");
  fix(A, 1, 1, 1, 2, "y", false);
  EXPECT_TRUE(planFixes(Findings).Files.empty());
}

TEST_F(Fixes, OverlappingOnesWaitForTheNextRunAndEqualOnesAreMadeOnce) {
  std::string A = file("a.c", "abcdef\n");
  fix(A, 1, 1, 1, 4, "X");
  fix(A, 1, 3, 1, 5, "Y");
  fix(A, 1, 1, 1, 4, "X");
  FixPlan Plan = planFixes(Findings);
  EXPECT_EQ(result(Plan), "Xdef\n");
  EXPECT_EQ(Plan.Overlapping, 1u);
  EXPECT_THAT(Plan.Done, ElementsAre(0, 2));
}

TEST_F(Fixes, PlacesBehindTheEndOfAFileAreNotEdited) {
  std::string A = file("a.c", "x\n");
  fix(A, 7, 1, 7, 2, "y");
  FixPlan Plan = planFixes(Findings);
  EXPECT_TRUE(Plan.Files.empty());
  EXPECT_TRUE(Plan.Done.empty());
}

TEST_F(Fixes, FilesThatAreGoneAreNamed) {
  fix(Dir.Path + "/gone.c", 1, 1, 1, 2, "y");
  EXPECT_THAT(planFixes(Findings).Unreadable, ElementsAre(HasSubstr("gone.c")));
}

TEST_F(Fixes, CarryOutWritesAndKeepsPermissions) {
  std::string A = file("a.c", "x\n");
  ASSERT_FALSE(llvm::sys::fs::setPermissions(A, llvm::sys::fs::owner_all));
  fix(A, 1, 1, 1, 2, "y");
  ASSERT_FALSE(llvm::errorToBool(carryOut(planFixes(Findings))));
  EXPECT_EQ((*llvm::MemoryBuffer::getFile(A))->getBuffer(), "y\n");
  EXPECT_EQ(*llvm::sys::fs::getPermissions(A), llvm::sys::fs::owner_all);
}

TEST_F(Fixes, DiffHasThreeLinesOfContextAndOneHunkForNearChanges) {
  std::string Text;
  for (int I = 1; I <= 20; ++I)
    Text += std::to_string(I) + "\n";
  std::string A = file("a.c", Text);
  fix(A, 5, 1, 0, 0, "new\n");
  fix(A, 9, 1, 9, 2, "nine");
  fix(A, 20, 1, 20, 3, "twenty");
  EXPECT_EQ(diff(planFixes(Findings)), "--- a/a.c\n+++ b/a.c\n@@ -2,11 +2,12 @@\n 2\n 3\n 4\n+new\n 5\n 6\n 7\n 8\n-9\n"
                                       "+nine\n 10\n 11\n 12\n@@ -17,4 +18,4 @@\n 17\n 18\n 19\n-20\n+twenty\n");
}

TEST_F(Fixes, DiffOfTheLastLineWithoutLineEnd) {
  std::string A = file("a.c", "x\ny");
  fix(A, 2, 1, 2, 2, "z");
  EXPECT_EQ(diff(planFixes(Findings)),
            "--- a/a.c\n+++ b/a.c\n@@ -1,2 +1,2 @@\n x\n-y\n\\ No newline at end of file\n+z\n"
            "\\ No newline at end of file\n");
}

TEST_F(Fixes, DiffOfAnEmptyFile) {
  std::string A = file("a.c", "");
  fix(A, 1, 1, 0, 0, "new\n");
  EXPECT_EQ(diff(planFixes(Findings)), "--- a/a.c\n+++ b/a.c\n@@ -0,0 +1 @@\n+new\n");
}

} // namespace
