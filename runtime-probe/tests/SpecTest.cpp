// The spec as values and as messages.
#include "spec/Spec.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

using namespace gilray::probe;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

namespace {

Spec good(llvm::StringRef Text) {
  auto S = parseSpec(Text, "/p/probe.yaml");
  if (!S) {
    ADD_FAILURE() << llvm::toString(S.takeError());
    return {};
  }
  return std::move(*S);
}

std::string bad(llvm::StringRef Text) {
  auto S = parseSpec(Text, "/p/probe.yaml");
  if (S) {
    ADD_FAILURE() << "accepted";
    return {};
  }
  return llvm::toString(S.takeError());
}

std::string withKernel(llvm::StringRef Lines) {
  return ("version: 1\nkernels:\n  - name: k\n    module: m\n    call: m.f()\n" + Lines).str();
}

TEST(ProbeSpec, Everything) {
  Spec S = good(R"y(
version: 1
defaults: {workers: [1, 2, max], strategies: [threads, own-gil, processes], budget: 90s, share: own, seed: 7, timeout: 500ms}
path: [build/lib]
pass-env: [LD_LIBRARY_PATH]
interpreters:
  - {id: gil313, python: python3.13}
  - {id: ft, python: ./py/bin/python3.13t, gil: on}
kernels:
  - name: compress-16k
    module: _lzma
    setup: "import lzma; data = bytes(range(256)) * 64"
    call: "lzma.compress(data)"
    units: 16384 bytes
    share: [own, args]
    timeout: 20s
    memory: 512 MiB
    expect:
      gil_held: "<= 0.10"
      releases_per_call: "<= 10"
      import: {ft: keeps-gil-off, own-gil: accepted}
      threads@gil313: "2 => speedup >= 1.7"
      bound: "64 => >= 8"
  - name: two
    module: m
    callable: m.g
    kwargs: {b: "2"}
    args: [x, "'y'"]
)y");
  EXPECT_EQ(S.Seed, 7u);
  EXPECT_THAT(S.PythonPath, ElementsAre("/p/build/lib"));
  EXPECT_THAT(S.PassEnv, ElementsAre("LD_LIBRARY_PATH"));
  ASSERT_EQ(S.Interpreters.size(), 2u);
  EXPECT_EQ(S.Interpreters[0].Python, "python3.13");
  EXPECT_EQ(S.Interpreters[1].Python, "/p/./py/bin/python3.13t");
  EXPECT_EQ(S.Interpreters[1].Gil, true);
  ASSERT_EQ(S.Kernels.size(), 2u);
  const KernelSpec &K = S.Kernels[0];
  EXPECT_EQ(K.UnitsPerCall, 16384);
  EXPECT_EQ(K.Unit, "bytes");
  EXPECT_THAT(K.Workers, ElementsAre(1, 2, 0));
  EXPECT_THAT(K.Shares, ElementsAre(Share::Own, Share::Args));
  EXPECT_EQ(K.TimeoutSeconds, 20);
  EXPECT_EQ(K.BudgetSeconds, 90);
  EXPECT_EQ(K.MemoryBytes, 512u << 20);
  ASSERT_EQ(K.Expect.size(), 6u);
  EXPECT_EQ(K.Expect[2].What, Expectation::Import);
  EXPECT_EQ(K.Expect[2].Interpreter, "ft");
  EXPECT_EQ(K.Expect[3].How, Strategy::OwnGil);
  EXPECT_EQ(K.Expect[4].Workers, 2u);
  EXPECT_FALSE(K.Expect[4].Limit.AtMost);
  EXPECT_EQ(K.Expect[5].What, Expectation::Bound);
  EXPECT_EQ(S.Kernels[1].Call, "(m.g)(x, 'y', b=2)");
  EXPECT_EQ(S.Kernels[1].TimeoutSeconds, 0.5);
}

TEST(ProbeSpec, UnknownKeysHaveAPlaceAndAHint) {
  EXPECT_THAT(bad("version: 1\nkernel: []\n"),
              HasSubstr("/p/probe.yaml:2:1: unknown key `kernel` in the probe spec; did you mean `kernels`?"));
  EXPECT_THAT(bad(withKernel("    timout: 3s\n")), HasSubstr("/p/probe.yaml:6:5: unknown key `timout` in a kernel; did "
                                                             "you mean `timeout`?"));
  EXPECT_THAT(bad("version: 1\ndefaults: {strategies: [thread]}\nkernels: []\n"), HasSubstr("did you mean `threads`?"));
  EXPECT_THAT(bad(withKernel("    expect: {gil_helt: '<= 0.1'}\n")),
              HasSubstr(":6:14: unknown expectation `gil_helt`; did you mean `gil_held`?"));
}

TEST(ProbeSpec, WhatIsMissing) {
  EXPECT_THAT(bad("kernels: []\n"), HasSubstr("needs `version: 1`"));
  EXPECT_THAT(bad("version: 1\n"), HasSubstr("needs `kernels`"));
  EXPECT_THAT(bad("version: 2\nkernels: []\n"), HasSubstr("version must be a number from 1 to 1"));
  EXPECT_THAT(bad("version: 1\nkernels: [{}]\n"),
              AllOf(HasSubstr("needs `name`"), HasSubstr("needs `module`"), HasSubstr("either `call`")));
  EXPECT_THAT(bad(withKernel("    callable: m.g\n")), HasSubstr("either `call`"));
  EXPECT_THAT(bad(""), HasSubstr("must be a map"));
}

TEST(ProbeSpec, ValuesThatCannotBeMeant) {
  EXPECT_THAT(bad(withKernel("    budget: 60\n")), HasSubstr("`60` is no budget; write a duration such as 60s"));
  EXPECT_THAT(bad(withKernel("    timeout: 0s\n")), HasSubstr("too small"));
  EXPECT_THAT(bad(withKernel("    workers: [0]\n")), HasSubstr("1 to 256, or `max`"));
  EXPECT_THAT(bad(withKernel("    units: bytes\n")), HasSubstr("such as `16384 bytes`"));
  EXPECT_THAT(bad(withKernel("    expect: {gil_held: 0.1}\n")), HasSubstr("write `<= 0.1`"));
  EXPECT_THAT(bad(withKernel("    expect: {threads@a: '2 => 1.7'}\n")), HasSubstr("write `2 => speedup >= 1.7`"));
  EXPECT_THAT(bad(withKernel("    expect: {import: {ft: acepted}}\n")), HasSubstr("did you mean `accepted`"));
}

TEST(ProbeSpec, ExpectationsNameInterpretersOfTheSpec) {
  EXPECT_THAT(
      bad("interpreters: [{id: gil313, python: p}]\n" + withKernel("    expect: {threads@gil31: '2 => speedup >= "
                                                                   "1'}\n")),
      HasSubstr("no interpreter is called `gil31`; did you mean `gil313`?"));
}

TEST(ProbeSpec, TwoOfTheSameName) {
  EXPECT_THAT(bad("version: 1\ninterpreters: [{python: a}, {python: a}]\nkernels: []\n"),
              HasSubstr("two interpreters are called `a`"));
  EXPECT_THAT(bad(withKernel("  - {name: k, module: m, call: c}\n")), HasSubstr("two kernels are called `k`"));
}

} // namespace
