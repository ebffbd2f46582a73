// The YAML form: what is inferred, and that every mistake is named with its place.
#include "api/yaml/ModelYaml.h"
#include <gmock/gmock.h>
#include <string>

using namespace gilray::api;
using testing::HasSubstr;

namespace {

ParsedModel parse(const std::string &Text) {
  llvm::Expected<ParsedModel> M = parseModelText(Text, "m.yaml");
  EXPECT_TRUE(bool(M)) << (M ? "" : llvm::toString(M.takeError()));
  return M ? *M : ParsedModel();
}

std::string errorOf(const std::string &Text) {
  llvm::Expected<ParsedModel> M = parseModelText(Text, "m.yaml");
  return M ? "no error" : llvm::toString(M.takeError());
}

TEST(ModelYaml, EmptyIsFine) {
  EXPECT_TRUE(parse("").Functions.empty());
  EXPECT_TRUE(parse("# nothing\n").Functions.empty());
}

TEST(ModelYaml, WhatBlocks) {
  ParsedModel M = parse("blocking:\n"
                        "  - why: waits for the server\n"
                        "    functions: {ask, send: {no-wait: {arg: 2, bit: 6}}}\n"
                        "  - why: compresses\n"
                        "    degree: likely\n"
                        "    home: libc\n"
                        "    functions: {pack: {size: 1, timeout: 3}}\n");
  ASSERT_EQ(M.Blocking.size(), 3u);
  EXPECT_EQ(M.Blocking[0].Name, "ask");
  EXPECT_EQ(M.Blocking[0].Why, "waits for the server");
  EXPECT_EQ(M.Blocking[0].Blocks, Degree::Certain);
  EXPECT_EQ(M.Blocking[1].FlagArg, 2);
  EXPECT_EQ(M.Blocking[1].FlagBit, 6);
  EXPECT_EQ(M.Blocking[2].Home, HeaderClass::Libc);
  EXPECT_EQ(M.Blocking[2].Blocks, Degree::Likely);
  EXPECT_EQ(M.Blocking[2].SizeArg, 1);
  EXPECT_EQ(M.Blocking[2].TimeoutArg, 3);
  EXPECT_THAT(errorOf("blocking: [{functions: {f}}]"), HasSubstr("need `functions` and `why`"));
  EXPECT_THAT(errorOf("blocking: [{why: x, functions: {f}}, {why: y, functions: {f}}]"), HasSubstr("twice"));
  EXPECT_THAT(errorOf("blocking: [{why: x, functions: {f: {sise: 1}}}]"), HasSubstr("did you mean `size`"));
}

TEST(ModelYaml, AllKeys) {
  ParsedModel M =
      parse("home: numpy\n"
            "functions:\n"
            "  f: {needs: attached, use: warning, detaches: likely, runs: rare, returns: borrowed, lock: lock,\n"
            "      arg: 1, null-ok: 0, out: 2, flags: [blocks, pure, atomic, refcount], steals: [0, 3],\n"
            "      memory: mem, frees: 3,\n"
            "      replacement: {name: g, since: 3.13}, since: 3.10, until: 3.14, note: \"a: b\",\n"
            "      callbacks: [{arg: 4, context: 5, runs: now}]}\n"
            "  g:\n");
  ASSERT_EQ(M.Functions.size(), 2u);
  const Entry &F = M.Functions[0];
  EXPECT_EQ(F.Name, "f");
  EXPECT_EQ(F.Home, HeaderClass::NumPy);
  EXPECT_EQ(F.Use, Weight::Warning);
  EXPECT_EQ(F.MayDetach, Degree::Likely);
  EXPECT_EQ(F.RunsPython, Degree::Rare);
  EXPECT_EQ(F.Result, Returns::BorrowedRef);
  EXPECT_EQ(F.Lock, LockOp::Lock);
  EXPECT_EQ(F.Arg, 1);
  EXPECT_EQ(F.NullOkArg, 0);
  EXPECT_EQ(F.OutArg, 2);
  EXPECT_TRUE(F.Blocks && F.Pure && F.Atomic && F.RefCount);
  EXPECT_EQ(F.Domain, Memory::Mem);
  EXPECT_EQ(F.Frees, 3);
  EXPECT_FALSE(F.NoReturn);
  EXPECT_EQ(F.Steals, 9u);
  EXPECT_EQ(F.Replacement, "g");
  EXPECT_EQ(F.ReplacementSince, 0x030D);
  EXPECT_EQ(F.Since, 0x030A);
  EXPECT_EQ(F.Until, 0x030E);
  EXPECT_EQ(F.Note, "a: b");
  ASSERT_EQ(F.Callbacks.size(), 1u);
  EXPECT_EQ(F.Callbacks[0].FunctionArg, 4);
  EXPECT_EQ(F.Callbacks[0].ContextArg, 5);
  EXPECT_EQ(F.Callbacks[0].Runs, When::Now);
  EXPECT_EQ(M.Functions[1].Needs, Need::Nothing);
}

TEST(ModelYaml, MethodsOfTypes) {
  ParsedModel M =
      parse("types:\n"
            "  T: {owns: [0], empties: [clear, reset], gives-up: release, changes: [put], flags: [thread-state]}\n");
  ASSERT_EQ(M.Types.size(), 1u);
  EXPECT_THAT(M.Types[0].Empties, testing::ElementsAre("clear", "reset"));
  EXPECT_THAT(M.Types[0].GivesUp, testing::ElementsAre("release"));
  EXPECT_THAT(M.Types[0].Changes, testing::ElementsAre("put"));
  EXPECT_TRUE(M.Types[0].ThreadState);
  EXPECT_THAT(errorOf("types:\n  T: {empties: {a: b}}\n"), HasSubstr("m.yaml:2"));
}

TEST(ModelYaml, FlagsOfFunctions) {
  ParsedModel M = parse("functions:\n"
                        "  f: {returns: argument, flags: [forks, jumps, sets-null, untracks, saves-exception]}\n");
  ASSERT_EQ(M.Functions.size(), 1u);
  const Entry &F = M.Functions[0];
  EXPECT_EQ(F.Result, Returns::Argument);
  EXPECT_TRUE(F.Forks && F.Jumps && F.SetsNull && F.Untracks && F.SavesException);
}

TEST(ModelYaml, WhatFollowsNeedNotBeWritten) {
  ParsedModel M = parse("functions:\n"
                        "  a: {needs: attached}\n"
                        "  b: {does: detach}\n"
                        "  c: {does: attach, arg: 0}\n"
                        "  d: {does: ensure}\n"
                        "  e: {needs: attached, runs: likely}\n");
  EXPECT_EQ(M.Functions[0].Use, Weight::Error);
  EXPECT_EQ(M.Functions[1].Needs, Need::Attached);
  EXPECT_EQ(M.Functions[2].Needs, Need::Detached);
  EXPECT_EQ(M.Functions[3].Needs, Need::Nothing);
  EXPECT_EQ(M.Functions[3].Use, Weight::None);
  EXPECT_EQ(M.Functions[4].MayDetach, Degree::Likely);
}

TEST(ModelYaml, DefaultsHoldForTheirGroupOnly) {
  ParsedModel M = parse("groups:\n"
                        "  - topic: one\n"
                        "    functions: {a: , b: {needs: nothing}}\n"
                        "    defaults: {needs: attached, flags: blocks}\n"
                        "  - topic: two\n"
                        "    home: libc\n"
                        "    functions: {c: }\n");
  EXPECT_EQ(M.Functions[0].Needs, Need::Attached);
  EXPECT_TRUE(M.Functions[0].Blocks);
  EXPECT_EQ(M.Functions[1].Needs, Need::Nothing);
  EXPECT_EQ(M.Functions[1].Use, Weight::None);
  EXPECT_EQ(M.Functions[2].Home, HeaderClass::Libc);
  EXPECT_FALSE(M.Functions[2].Blocks);
}

TEST(ModelYaml, MistakesHaveAPlace) {
  EXPECT_EQ(errorOf("functions:\n  f: {need: attached}\n"),
            "m.yaml:2:7: unknown key `need` in `f`; did you mean `needs`?");
  EXPECT_EQ(errorOf("functions:\n  f: {needs: atached}\n"),
            "m.yaml:2:14: unknown value `atached` for needs; did you mean `attached`?");
  EXPECT_EQ(errorOf("function:\n  f: {}\n"), "m.yaml:1:1: unknown key `function` in model; did you mean `functions`?");
  EXPECT_EQ(errorOf("functions:\n  f: {arg: many}\n"), "m.yaml:2:12: arg must be a number from 0 to 31");
  EXPECT_EQ(errorOf("functions:\n  f: {arg: 32}\n"), "m.yaml:2:12: arg must be a number from 0 to 31");
  EXPECT_EQ(errorOf("functions:\n  f: {since: three}\n"), "m.yaml:2:14: since must be a version such as 3.13");
  EXPECT_EQ(errorOf("functions:\n  f:\n  f:\n"), "m.yaml:3:3: `f` is there twice in functions; remove one");
  EXPECT_EQ(errorOf("functions: [f]\n"), "m.yaml:1:12: functions must be a map of keys and values");
  EXPECT_EQ(errorOf("functions:\n  f: attached\n"), "m.yaml:2:6: `f` must be a map of keys and values");
  EXPECT_EQ(errorOf("functions:\n  f: {needs: [attached]}\n"),
            "m.yaml:2:14: needs must be one of nothing, attached, detached");
  EXPECT_EQ(errorOf("functions:\n  f: {flags: [blocks, purr]}\n"),
            "m.yaml:2:23: unknown value `purr` for flags; did you mean `pure`?");
  EXPECT_THAT(errorOf("functions:\n  f: {callbacks: [{arg: 1}]}\n"), HasSubstr("a callback needs `arg`"));
  EXPECT_THAT(errorOf("functions:\n  f: {callbacks: [3]}\n"), HasSubstr("callback must be a map"));
  EXPECT_THAT(errorOf("functions:\n  f: {replacement: {since: 3.1}}\n"), HasSubstr("replacement needs a name"));
  EXPECT_THAT(errorOf("functions:\n  f: {needs: attached, use: none}\n"), HasSubstr("contradicts `needs`"));
  EXPECT_THAT(errorOf("functions:\n  f: {since: 3.12, until: 3.9}\n"), HasSubstr("`until` must be later"));
  EXPECT_THAT(errorOf("roots:\n  R: {f: {role: r, if-flag: {bit: 3}}}\n"), HasSubstr("`if-flag` needs `field`"));
  EXPECT_THAT(errorOf("roots:\n  R: {f: {role: r, if-flag: {field: x, bit: 63}}}\n"), HasSubstr("number from 0 to 62"));
  EXPECT_THAT(errorOf("names: {keep-function: [a]}\n"), HasSubstr("did you mean `keeps-function`?"));
  EXPECT_THAT(errorOf("names: {binds: {a: b}}\n"), HasSubstr("binds must be a list"));
  EXPECT_THAT(errorOf("aliases: [a]\n"), HasSubstr("aliases must be a map"));
  EXPECT_THAT(errorOf("- a\n- b\n"), HasSubstr("m.yaml:1:1: model must be a map"));
  EXPECT_THAT(errorOf("functions:\n  f: {steals: {a: b}}\n"), HasSubstr("steals must be a list"));
}

TEST(ModelYaml, AllMistakesAtOnce) {
  std::string E = errorOf("functions:\n  f: {need: x}\n  g: {arg: -1}\n");
  EXPECT_THAT(E, HasSubstr("m.yaml:2:7"));
  EXPECT_THAT(E, HasSubstr("m.yaml:3:12"));
}

TEST(ModelYaml, HostileDocuments) {
  EXPECT_THAT(errorOf("functions:\n  f: {arg: 1"), HasSubstr("not valid YAML: end of map flow not found"));
  EXPECT_THAT(errorOf("a: &x {}\nb: *x\n"), HasSubstr("m.yaml:1:4: anchors"));
  EXPECT_THAT(errorOf("a: *x\n"), HasSubstr("m.yaml:1:4"));
  EXPECT_THAT(errorOf("functions: !!python/object:os.system {}\n"), HasSubstr("tags are not supported"));
  EXPECT_THAT(errorOf("functions: {}\n---\nfunctions: {}\n"), HasSubstr("only one YAML document"));
  EXPECT_THAT(errorOf(std::string("functions: {}\0", 14)), HasSubstr("NUL byte"));
  EXPECT_THAT(errorOf(std::string(2u << 20, '#')), HasSubstr("larger than 1 MiB"));
  EXPECT_THAT(errorOf(std::string(100000, '[')), HasSubstr("m.yaml:1:"));
  EXPECT_THAT(errorOf(std::string(100000, '{')), HasSubstr("m.yaml:1:"));
  EXPECT_THAT(errorOf("functions: " + std::string(40, '[') + std::string(40, ']')), HasSubstr("nested deeper than 32"));
  std::string Indented;
  for (unsigned I = 0; I < 1000; ++I)
    Indented += std::string(I, ' ') + "a:\n";
  EXPECT_THAT(errorOf(Indented), HasSubstr("nested deeper than 32"));
  EXPECT_THAT(errorOf("? [a, b]\n: c\n"), HasSubstr("must be a plain word"));
  EXPECT_NE(errorOf("\xff\xfe\x01\x02"), "no error");
}

/// No mutilation of a good document may crash, hang or throw; whether it is accepted does not matter here.
TEST(ModelYaml, MutilatedDocumentsAreSurvived) {
  const std::string Good = "home: libc\ngroups:\n  - topic: t\n    defaults: {needs: attached}\n    functions:\n"
                           "      f: {does: detach, callbacks: [{arg: 1, runs: now}], note: \"x\"}\n"
                           "    roots:\n      R: {f: {state: detached, role: r}}\n";
  uint32_t Seed = 1;
  unsigned Refused = 0;
  const char Bytes[] = "{}[]:,&*!|>'\"%@`#?- \n\t\\\xc3\xff";
  for (unsigned I = 0; I < 3000; ++I) {
    std::string Text = Good;
    for (unsigned K = 0; K <= I % 4; ++K) {
      Seed = Seed * 1664525u + 1013904223u;
      size_t At = (Seed >> 8) % Text.size();
      switch (Seed >> 30) {
      case 0:
        Text.erase(At, 1 + (Seed & 7));
        break;
      case 1:
        Text.insert(At, 1, Bytes[(Seed >> 3) % (sizeof(Bytes) - 1)]);
        break;
      case 2:
        Text[At] = Bytes[(Seed >> 3) % (sizeof(Bytes) - 1)];
        break;
      default:
        Text.insert(At, Text.substr(At / 2, 20));
        break;
      }
    }
    llvm::Expected<ParsedModel> M = parseModelText(Text, "m.yaml");
    if (!M) {
      ++Refused;
      EXPECT_TRUE(StringRef(llvm::toString(M.takeError())).starts_with("m.yaml")) << Text;
    }
  }
  EXPECT_GT(Refused, 1000u);
}

} // namespace
