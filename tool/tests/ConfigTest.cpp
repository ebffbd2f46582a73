// .gilray.yaml: what it means, and that no text whatever does more than produce an error.
#include "config/Config.h"
#include "driver/Select.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include <random>

using namespace gilray;
using namespace gilray::config;
using testing::HasSubstr;

namespace {

Config good(llvm::StringRef Text) {
  auto C = parse(Text, "/p/.gilray.yaml");
  if (!C) {
    ADD_FAILURE() << llvm::toString(C.takeError());
    return {};
  }
  return std::move(*C);
}

std::string bad(llvm::StringRef Text) {
  auto C = parse(Text, "/p/.gilray.yaml");
  if (C) {
    ADD_FAILURE() << "accepted: " << Text.take_front(80).str();
    return {};
  }
  return llvm::toString(C.takeError());
}

Finding finding(const char *Check, const char *File, Severity S = Severity::Error) {
  Finding F;
  F.Check = findCheck(Check);
  F.Sev = S;
  F.Where.File = File;
  F.Where.Line = 1;
  return F;
}

TEST(Config, EmptyMeansDefaults) {
  for (const char *Text : {"", "# nothing\n", "---\n", "{}"}) {
    Config C = good(Text);
    EXPECT_TRUE(C.Checks.empty());
    EXPECT_EQ(C.Model, nullptr);
  }
}

TEST(Config, OverridesApplyToTheirPathsOnly) {
  Config C = good("severities: {gilray-region-escape: warning}\n"
                  "overrides:\n"
                  "  - paths: [vendored]\n"
                  "    checks: '-*'\n"
                  "  - paths: ['**/gen_*.c']\n"
                  "    severities: {region-escape: 'off', detached-api-call: note}\n");
  auto S = driver::Selection::create(C, "");
  ASSERT_TRUE(bool(S));
  EXPECT_EQ(S->severity(finding("region-escape", "/p/src/a.c")), Severity::Warning);
  EXPECT_EQ(S->severity(finding("double-detach", "/p/src/a.c")), Severity::Error);
  EXPECT_EQ(S->severity(finding("double-detach", "/p/vendored/x/a.c")), std::nullopt);
  EXPECT_EQ(S->severity(finding("double-detach", "/p/vendored2/a.c")), Severity::Error);
  EXPECT_EQ(S->severity(finding("region-escape", "/p/src/gen_a.c")), std::nullopt);
  EXPECT_EQ(S->severity(finding("detached-api-call", "/p/gen_a.c")), Severity::Note);
}

TEST(Config, CommandLineHasTheLastWord) {
  Config C = good("checks: [detached-api-call, region-escape]");
  auto Names = [&](llvm::StringRef CommandLine) {
    std::string All;
    for (const CheckInfo *Check : cantFail(driver::Selection::create(C, CommandLine)).checksToRun())
      (All += Check->Name) += ' ';
    return All;
  };
  EXPECT_EQ(Names(""), "detached-api-call region-escape ");
  EXPECT_EQ(Names("-region-*"), "detached-api-call ");
  EXPECT_EQ(Names("gilray-double-detach"), "double-detach ");
  EXPECT_EQ(Names("-*,gilray-leaked-*"), "leaked-attach ");
}

TEST(Config, ErrorsHavePlaceAndSuggestion) {
  EXPECT_THAT(bad("check: x\n"),
              testing::AllOf(HasSubstr("/p/.gilray.yaml:1:1: "), HasSubstr("did you mean `checks`")));
  EXPECT_THAT(bad("\nchecks: [gilray-detatched-api-call]\n"),
              testing::AllOf(HasSubstr(":2:10: "), HasSubstr("did you mean 'gilray-detached-api-call'")));
  EXPECT_THAT(bad("severities: {region-escape: eror}"), HasSubstr("did you mean `error`"));
  EXPECT_THAT(bad("severities: [region-escape]"), HasSubstr("must be a map"));
  EXPECT_THAT(bad("severities: {no-such-thing: error}"), HasSubstr("is not a check"));
  EXPECT_THAT(bad("overrides: {paths: x}"), HasSubstr("must be a list"));
  EXPECT_THAT(bad("overrides: [{checks: '*'}]"), HasSubstr("needs `paths`"));
  EXPECT_THAT(bad("targets: [4]"), HasSubstr("not a Python version"));
  EXPECT_THAT(bad("headers: {3.12: /no/such/dir}"), HasSubstr("no directory"));
  EXPECT_THAT(bad("exclude: ['[']"), HasSubstr("not a path pattern"));
  EXPECT_THAT(bad("checks: {a: b}"), HasSubstr("must be a list"));
  EXPECT_THAT(bad("- a\n- b\n"), HasSubstr("must be a map"));
  EXPECT_THAT(bad("just text"), HasSubstr("must be a map"));
}

TEST(Config, HostileTextGivesErrors) {
  EXPECT_THAT(bad("a: &a [x]\nb: *a\n"), HasSubstr("not supported"));
  EXPECT_THAT(bad("checks: \xff\xfe\n"), HasSubstr(":1:9: not UTF-8"));
  EXPECT_THAT(bad(llvm::StringRef("a\0b", 3)), HasSubstr("NUL"));
  EXPECT_THAT(bad(std::string(100000, '[')), HasSubstr("/p/.gilray.yaml"));
  EXPECT_THAT(bad("checks: " + std::string(40, '[') + std::string(40, ']')), HasSubstr("nested deeper"));
  EXPECT_THAT(bad(std::string(9u << 20, '#')), HasSubstr("larger than"));
  EXPECT_THAT(bad("checks: !!binary x"), HasSubstr("tags"));
  EXPECT_THAT(bad("{}\n---\n{}\n"), HasSubstr("document"));
  EXPECT_THAT(bad("checks: [a\nb: }"), HasSubstr("not valid YAML"));
}

TEST(Config, RandomBytesNeverCrash) {
  std::mt19937 Random(1);
  const std::string Alphabet = "checks: [-gilray*]{}&*!|>'\"#%@`,\n\t ~overides?a1";
  unsigned Errors = 0;
  for (int Round = 0; Round < 3000; ++Round) {
    std::string Text;
    for (unsigned N = Random() % 60; N; --N)
      Text += Alphabet[Random() % Alphabet.size()];
    auto C = parse(Text, "x");
    if (!C) {
      ++Errors;
      EXPECT_FALSE(llvm::toString(C.takeError()).empty());
    }
  }
  EXPECT_GT(Errors, 1000u);
}

TEST(Config, ModelSectionAddsToTheBuiltInModel) {
  Config C = good("model:\n  functions:\n    my_begin: {does: detach}\n");
  ASSERT_NE(C.Model, nullptr);
  const api::Entry *E = C.Model->function("my_begin", ir::HeaderClass::Project);
  ASSERT_NE(E, nullptr);
  EXPECT_EQ(E->Does, api::Effect::Detach);
  EXPECT_NE(C.Model->function("PyEval_SaveThread", ir::HeaderClass::Python), nullptr);
  EXPECT_THAT(bad("model:\n  functions:\n    f: {dose: detach}\n"), HasSubstr(":3:"));
}

} // namespace
