// Reports: what the formats say, and that a fingerprint names a finding across edits.
#include "report/Report.h"
#include "TempDir.h"
#include "llvm/Support/JSON.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

using namespace gilray;
using namespace gilray::report;
using gilray::test::TempDir;
using testing::HasSubstr;

namespace {

/// A finding at the first occurrence of What.
Finding at(const std::string &File, llvm::StringRef Text, llvm::StringRef What) {
  size_t Begin = Text.find(What);
  EXPECT_NE(Begin, llvm::StringRef::npos);
  auto Position = [&](size_t Offset) {
    llvm::StringRef Before = Text.take_front(Offset);
    return std::pair<unsigned, unsigned>(Before.count('\n') + 1, Offset - (Before.rfind('\n') + 1) + 1);
  };
  Finding F;
  F.Check = findCheck("detached-api-call");
  F.Sev = Severity::Error;
  F.Message = "m";
  F.Function = "f";
  F.Where.File = File;
  std::tie(F.Where.Line, F.Where.Col) = Position(Begin);
  std::tie(F.Where.EndLine, F.Where.EndCol) = Position(Begin + What.size());
  return F;
}

std::string fingerprint(llvm::StringRef Text, llvm::StringRef What, const char *Name = "a.c") {
  TempDir Dir;
  std::vector<Finding> Findings = {at(Dir.file(Name, Text), Text, What)};
  Sources S;
  addFingerprints(Findings, Dir.Path, S);
  return Findings[0].Fingerprint;
}

std::string text(const Report &R, bool Color = false) {
  std::string Out;
  llvm::raw_string_ostream OS(Out);
  Sources S;
  writeText(R, S, OS, Color);
  return Out;
}

TEST(Fingerprint, SurvivesInsertedLinesAndReformatting) {
  std::string Original = fingerprint("void f(void) {\n  Py_DECREF(a, b);\n}\n", "Py_DECREF(a, b)");
  EXPECT_EQ(Original, fingerprint("int x;\n\n\nvoid f(void) {\n  Py_DECREF(a, b);\n}\n", "Py_DECREF(a, b)"));
  EXPECT_EQ(Original,
            fingerprint("void f(void)\n{\n\tPy_DECREF(a,\n\t          b);\n}\n", "Py_DECREF(a,\n\t          b)"));
  EXPECT_NE(Original, fingerprint("void f(void) {\n  Py_DECREF(a, c);\n}\n", "Py_DECREF(a, c)"));
  EXPECT_NE(Original, fingerprint("void f(void) {\n  Py_DECREF(a, b);\n}\n", "Py_DECREF(a, b)", "b.c"));
}

TEST(Fingerprint, EqualStatementsDifferByOrdinal) {
  TempDir Dir;
  std::string Text = "x();\nx();\n", File = Dir.file("a.c", Text);
  std::vector<Finding> Findings = {at(File, Text, "x()"), at(File, Text, "x()")};
  Findings[1].Where.Line = Findings[1].Where.EndLine = 2;
  Sources S;
  addFingerprints(Findings, Dir.Path, S);
  EXPECT_NE(Findings[0].Fingerprint, Findings[1].Fingerprint);
  EXPECT_EQ(Findings[0].Fingerprint.size(), 16u);
}

TEST(TextReport, CaretStandsUnderTheBytesWhateverTheyAre) {
  TempDir Dir;
  std::string Source = "\tgr\xc3\xbc\xc3\x9f(\xff); Py_DECREF(x);\n";
  Report R;
  R.Directory = Dir.Path;
  R.Findings = {at(Dir.file("a.c", Source), Source, "Py_DECREF(x)")};
  EXPECT_EQ(text(R), "a.c:1:13: error: m [gilray-detached-api-call]\n"
                     "    1 |         gr\xc3\xbc\xc3\x9f(<FF>); Py_DECREF(x);\n"
                     "      |                     ^~~~~~~~~~~~\n");
}

TEST(TextReport, OneRemarkAboutManyPlacesIsListed) {
  TempDir Dir;
  std::string Text = "x();\nx();\nx();\nx();\nx();\nx();\n", File = Dir.file("a.c", Text);
  Finding F = at(File, Text, "x()");
  for (unsigned Line = 2; Line <= 6; ++Line)
    F.Notes.push_back({NoteKind::Related, "here too", {File, Line, 1, Line, 4}});
  F.Notes.push_back({NoteKind::Related, "here too", {"/elsewhere/b.c", 7, 1}});
  F.Notes.push_back({NoteKind::Remedy, "stop it"});
  Report R;
  R.Directory = Dir.Path;
  R.Findings = {F};
  std::string Out = text(R);
  EXPECT_THAT(Out, HasSubstr("a.c:4:1: note: here too\n"));
  EXPECT_THAT(Out, testing::Not(HasSubstr("a.c:5:1")));
  EXPECT_THAT(Out, HasSubstr("note: and at 3 more places: a.c:5, 6; /elsewhere/b.c:7\nnote: stop it\n"));
}

TEST(TextReport, LongLinesAreCutAroundTheCaret) {
  TempDir Dir;
  std::string Source = std::string(50000, 'a') + " BAD " + std::string(50000, 'b');
  Report R;
  R.Directory = Dir.Path;
  R.Findings = {at(Dir.file("a.c", Source), Source, "BAD")};
  std::string Out = text(R);
  EXPECT_LT(Out.size(), 1000u);
  EXPECT_THAT(Out, HasSubstr(" BAD "));
  llvm::SmallVector<llvm::StringRef> Lines;
  llvm::StringRef(Out).split(Lines, '\n');
  EXPECT_EQ(Lines[1].find("BAD"), Lines[2].find("^~~"));
}

TEST(TextReport, ControlCharactersDoNotReachTheTerminal) {
  Report R;
  Finding F;
  F.Check = findCheck("detached-api-call");
  F.Message = "'\x1b[2J' \x07";
  F.Where = {"/x\x1b.c", 1, 1, 0, 0};
  R.Findings = {F};
  EXPECT_EQ(text(R).find('\x1b'), std::string::npos);
  EXPECT_NE(text(R, /*Color=*/true).find("\x1b["), std::string::npos);
}

TEST(TextReport, NamesTargetsOnlyWhereTheyDiffer) {
  Report R;
  R.Targets = {"3.12", "3.15t"};
  Finding F;
  F.Check = findCheck("detached-api-call");
  F.Message = "m";
  F.Where = {"/x.c", 1, 1, 0, 0};
  F.Targets = {"3.15t"};
  R.Findings = {F};
  EXPECT_THAT(text(R), HasSubstr("[gilray-detached-api-call] (3.15t)"));
  R.Findings[0].Targets = R.Targets;
  EXPECT_THAT(text(R), testing::Not(HasSubstr("3.15t")));
}

TEST(JsonReport, IsJsonWhateverTheSourceHolds) {
  Report R;
  R.Directory = "/d";
  R.Files = {"/d/\xff.c"};
  Finding F;
  F.Check = findCheck("detached-api-call");
  F.Message = "bad \xff byte";
  F.Where = {"/d/\xff.c", 3, 4, 0, 0};
  F.Fixes = {{"t", true, {{{"/d/a.c", 1, 1, 1, 2}, "x"}}}};
  R.Findings = {F};
  std::string Out;
  llvm::raw_string_ostream OS(Out);
  writeJson(R, OS);
  auto Value = llvm::json::parse(Out);
  ASSERT_TRUE(bool(Value)) << llvm::toString(Value.takeError());
  const llvm::json::Object &First = *(*Value->getAsObject()->getArray("findings"))[0].getAsObject();
  EXPECT_EQ(First.getInteger("end_line"), 3);
  EXPECT_EQ(First.getString("check"), "gilray-detached-api-call");
}

TEST(SarifReport, ColumnsCountUtf16AndPathsAreEncoded) {
  TempDir Dir;
  std::string Source = "/* \xf0\x9f\x98\x80 */ bad();\n";
  Report R;
  R.Directory = Dir.Path;
  R.Findings = {at(Dir.file("a b.c", Source), Source, "bad()")};
  std::string Out;
  llvm::raw_string_ostream OS(Out);
  Sources S;
  writeSarif(R, S, OS);
  // The emoji is four bytes and two UTF-16 units.
  EXPECT_THAT(Out, HasSubstr("\"startColumn\": 10"));
  EXPECT_THAT(Out, HasSubstr("a%20b.c"));
}

} // namespace
