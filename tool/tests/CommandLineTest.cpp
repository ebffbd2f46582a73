// The command line as values and as messages.
#include "driver/CommandLine.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

using namespace gilray;
using namespace gilray::driver;
using testing::ElementsAre;
using testing::HasSubstr;

namespace {

Invocation parsed(std::initializer_list<const char *> Args) {
  auto Inv = parseCommandLine({Args.begin(), Args.size()});
  if (!Inv) {
    ADD_FAILURE() << llvm::toString(Inv.takeError());
    return {};
  }
  return *Inv;
}

std::string refused(std::initializer_list<const char *> Args) {
  auto Inv = parseCommandLine({Args.begin(), Args.size()});
  if (Inv) {
    ADD_FAILURE() << "accepted";
    return {};
  }
  return llvm::toString(Inv.takeError());
}

TEST(CommandLine, ReadsOptionsInBothSpellings) {
  Invocation Inv =
      parsed({"check", "a.c", "--severity", "note", "--fail-on=error", "-j3", "--format=sarif", "b.c", "-q"});
  EXPECT_EQ(Inv.Command, Subcommand::Check);
  EXPECT_THAT(Inv.Inputs, ElementsAre("a.c", "b.c"));
  EXPECT_EQ(Inv.Shown, Severity::Note);
  EXPECT_EQ(Inv.FailOn, Severity::Error);
  EXPECT_EQ(Inv.Jobs, 3u);
  EXPECT_EQ(Inv.Report, Format::Sarif);
  EXPECT_TRUE(Inv.Quiet);
  EXPECT_FALSE(Inv.Parse.HasFlags);
}

TEST(CommandLine, LeavesEverythingBehindDashesToTheCompiler) {
  Invocation Inv = parsed({"check", "a.c", "--", "-I", "x", "--target=arm", "--"});
  EXPECT_TRUE(Inv.Parse.HasFlags);
  EXPECT_THAT(Inv.Parse.Flags, ElementsAre("-I", "x", "--target=arm", "--"));
  EXPECT_TRUE(Inv.Parse.Targets.empty());
  EXPECT_TRUE(parsed({"check", "a.c", "--"}).Parse.HasFlags);
}

TEST(CommandLine, ReadsTargetsSortedByVersion) {
  Invocation Inv = parsed({"check", "--target", "3.13t,3.9,3.13, 3.9"});
  std::vector<std::string> Names;
  for (const Target &T : Inv.Parse.Targets)
    Names.push_back(T.name());
  EXPECT_THAT(Names, ElementsAre("3.9", "3.13", "3.13t"));
}

TEST(CommandLine, SaysWhatWasProbablyMeant) {
  EXPECT_THAT(refused({"check", "--sevrity=note"}), HasSubstr("did you mean '--severity="));
  EXPECT_THAT(refused({"check", "--formt", "json"}), HasSubstr("did you mean '--format'"));
  EXPECT_THAT(refused({"chek", "a.c"}), HasSubstr("did you mean 'check'"));
  EXPECT_THAT(refused({"check", "--quite-unlike-anything"}), HasSubstr("gilray check --help"));
}

TEST(CommandLine, RefusesWhatHasNoMeaning) {
  EXPECT_THAT(refused({"check", "--format", "xml"}), HasSubstr("text, json, sarif"));
  EXPECT_THAT(refused({"check", "--severity=fatal"}), HasSubstr("note, warning, error"));
  EXPECT_THAT(refused({"check", "-j", "0"}), HasSubstr("1 or more"));
  EXPECT_THAT(refused({"check", "-j", "many"}), HasSubstr("number of jobs"));
  EXPECT_THAT(refused({"check", "--output"}), HasSubstr("needs a value"));
  EXPECT_THAT(refused({"check", "--target", "3"}), HasSubstr("not a Python version"));
  EXPECT_THAT(refused({"check", "--target", "3.12t"}), HasSubstr("3.13t"));
  EXPECT_THAT(refused({"check", "-p", "build", "--", "-O2"}), HasSubstr("exclude each other"));
  EXPECT_THAT(refused({"list", "--", "-O2"}), HasSubstr("check"));
  // An option of another subcommand is unknown here.
  EXPECT_THAT(refused({"list", "--severity=note"}), HasSubstr("unknown option"));
}

TEST(CommandLine, HelpNamesEveryOptionOfItsCommand) {
  std::string Help;
  llvm::raw_string_ostream OS(Help);
  printHelp(Subcommand::Check, OS, /*All=*/true);
  for (const char *Option :
       {"-p BUILD_DIR", "--python PATH", "--target LIST", "--config FILE", "--checks GLOBS", "--severity LEVEL",
        "--fail-on LEVEL", "--strict", "--format FORMAT", "-o, --output FILE", "--color WHEN", "-q, --quiet", "--stats",
        "-j, --jobs N", "--cache-dir DIR", "--no-cache", "--resource-dir DIR", "-h, --help", "Exit status"})
    EXPECT_THAT(Help, HasSubstr(Option));
  std::string Main;
  llvm::raw_string_ostream MainOS(Main);
  printHelp(Subcommand::None, MainOS);
  EXPECT_THAT(Main, HasSubstr("explain"));
}

} // namespace
