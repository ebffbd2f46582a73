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
  EXPECT_EQ(Names("-*,gilray-leaked-a*"), "leaked-attach ");
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

TEST(Config, GuardsNameTheirLock) {
  Config C = good("guarded_by:\n  Conn.status: lock\n  hits: hits_lock\n");
  EXPECT_EQ(C.GuardedBy["Conn.status"], "lock");
  EXPECT_EQ(C.GuardedBy["hits"], "hits_lock");
  EXPECT_THAT(bad("guarded-by: {hits: lock}\n"), HasSubstr("did you mean `guarded_by`"));
  EXPECT_THAT(bad("guarded_by: {hits: ''}\n"), HasSubstr("must be a text"));
  EXPECT_THAT(bad("guarded_by: [hits]\n"), HasSubstr("must be a map"));
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

TEST(Config, ExpectationsAddToTheModel) {
  Config C = good("expectations:\n"
                  "  blocking:\n"
                  "    meter_query: waits for the meter\n"
                  "    meter_pack: {degree: likely, why: compresses, size: 2}\n"
                  "    sqlite3_step: never\n"
                  "  callbacks:\n"
                  "    meter_on_data: {arg: 1, context: 2, runs: foreign-thread}\n"
                  "    meter_ops.on_close: detached\n"
                  "model:\n"
                  "  functions:\n"
                  "    my_begin: {does: detach}\n");
  ASSERT_NE(C.Model, nullptr);
  auto Blocking = [&](llvm::StringRef Name) { return C.Model->blocking(Name, ir::HeaderClass::Project); };
  ASSERT_NE(Blocking("meter_query"), nullptr);
  EXPECT_EQ(Blocking("meter_query")->Why, "waits for the meter");
  EXPECT_EQ(Blocking("meter_query")->Blocks, api::Degree::Certain);
  ASSERT_NE(Blocking("meter_pack"), nullptr);
  EXPECT_EQ(Blocking("meter_pack")->SizeArg, 2);
  EXPECT_EQ(Blocking("sqlite3_step"), nullptr);
  EXPECT_NE(Blocking("sqlite3_exec"), nullptr);
  const api::Entry *E = C.Model->function("meter_on_data", ir::HeaderClass::Project);
  ASSERT_TRUE(E && E->Callbacks.size() == 1);
  EXPECT_EQ(E->Callbacks[0].Runs, api::When::Thread);
  const api::RootEntry *R = C.Model->root("meter_ops", "on_close");
  ASSERT_NE(R, nullptr);
  EXPECT_EQ(R->State, api::EntryState::Detached);
  EXPECT_NE(C.Model->function("my_begin", ir::HeaderClass::Project), nullptr);
}

TEST(Config, ExpectationsAreStrict) {
  EXPECT_THAT(bad("expectations:\n  blockin: {}\n"),
              testing::AllOf(HasSubstr(":2:3: "), HasSubstr("did you mean `blocking`")));
  EXPECT_THAT(bad("expectations:\n  blocking:\n    f: {degre: likely, why: x}\n"),
              testing::AllOf(HasSubstr(":3:9: "), HasSubstr("did you mean `degree`")));
  EXPECT_THAT(bad("expectations: {blocking: {f: {degree: likly, why: x}}}"), HasSubstr("did you mean `likely`"));
  EXPECT_THAT(bad("expectations: {blocking: {f: {degree: likely}}}"), HasSubstr("needs `why`"));
  EXPECT_THAT(bad("expectations: {callbacks: {f: {arg: 1, runs: foreign_thread}}}"),
              HasSubstr("did you mean `foreign-thread`"));
  EXPECT_THAT(bad("expectations: {callbacks: {f: {arg: 1}}}"), HasSubstr("needs `arg`"));
  EXPECT_THAT(bad("expectations: {callbacks: {ops.f: detatched}}"), HasSubstr("did you mean `detached`"));
  EXPECT_THAT(bad("expectations: [x]"), HasSubstr("must be a map"));
}

} // namespace
