// Which writes of static storage count, and for which goals.
#include "evidence/tests/TestEvidence.h"

using namespace gilray;
using namespace gilray::test;
using evidence::Kind;
using testing::ElementsAre;
using testing::IsEmpty;

static constexpr int OwnAndFree = evidence::OwnGilInterpreters | evidence::FreeThreading;
static const std::string Blocks = " blocks=" + std::to_string(OwnAndFree);

/// Mutable globals of a program in which f has this body, g writes nothing and setup calls what Setup says.
static std::vector<std::string> globals(llvm::StringRef Declarations, llvm::StringRef F, llvm::StringRef Setup = "") {
  return Judged(demo((Declarations + "\nfunction f(self: PyObject *): \"PyObject *\" internal { " + F +
                      "; return null }\nfunction g(self: PyObject *): \"PyObject *\" internal { return null }\n"
                      "function setup(m: PyObject *): int internal { " +
                      Setup + "; return 0 }\n")
                         .str()))
      .facts(Kind::MutableGlobal);
}

TEST(Globals, WrittenByAMethod) {
  EXPECT_THAT(globals("global @n: int internal", "write @n = 1"), ElementsAre("n" + Blocks));
  EXPECT_THAT(globals("global @a: \"int[4]\" internal", "write @a[2] = 1"), ElementsAre("a" + Blocks));
}

TEST(Globals, WrittenByModuleCreationOnly) {
  EXPECT_THAT(globals("global @n: int internal", "read @n", "write @n = 1"), IsEmpty());
  EXPECT_THAT(globals("global @n: int internal\nfunction set(p: \"int *\") internal { write *p = 1 }", "read @n",
                      "call set(&@n)"),
              IsEmpty());
}

TEST(Globals, AHelperThatBothCallIsRunningCode) {
  llvm::StringRef Set = "global @n: int internal\nfunction set() internal { write @n = 1 }";
  EXPECT_THAT(globals(Set, "read @n", "call set()"), IsEmpty());
  EXPECT_THAT(globals(Set, "call set()", "call set()"), ElementsAre("n" + Blocks));
}

TEST(Globals, ThroughPointers) {
  llvm::StringRef N = "global @n: int internal\n";
  EXPECT_THAT(globals((N + "function set(p: \"int *\") internal { write *p = 1 }\n"
                           "function pass(p: \"int *\") internal { call set(p) }")
                          .str(),
                      "call pass(&@n)"),
              ElementsAre("n" + Blocks));
  EXPECT_THAT(globals((N + "function get(p: \"int *\") internal { read *p }").str(), "call get(&@n)"), IsEmpty());
  EXPECT_THAT(
      globals((N + "function where(): \"int *\" internal { return &@n }").str(), "%1 = call where(); write *%1 = 2"),
      ElementsAre("n" + Blocks));
  EXPECT_THAT(globals(N, "var p: \"int *\"; assign p = &@n; write *p = 2"), ElementsAre("n" + Blocks));
}

TEST(Globals, WhatAPointerPointsTo) {
  EXPECT_THAT(globals("global @p: \"char *\" internal", "write *@p = 1", "%1 = call malloc(8); write @p = %1"),
              ElementsAre("p" + Blocks));
  EXPECT_THAT(globals("global @n: int internal\nglobal @p: \"int *\" internal = &@n", "write *@p = 1"),
              testing::Contains("n" + Blocks));
}

TEST(Globals, ThroughAStaticTableOfAddresses) {
  // struct row { int *dest; int *other; }; static row table[] = {{&n, &m}};   *table[i].dest = 1;
  EXPECT_THAT(globals("global @n: int internal\nglobal @m: int internal\n"
                      "global @table: \"row[1]\" internal = {{.dest = &@n, .other = &@m}}",
                      "write *@table[0].row::dest = 1"),
              ElementsAre("n" + Blocks));
}

TEST(Globals, ForeignFunctionsAreGuesses) {
  llvm::StringRef N = "global @n: int internal\ncallee take[project] params=(int *)\n";
  EXPECT_THAT(globals(N, "call take[project](&@n)"), ElementsAre("n blocks=0"));
}

TEST(Globals, AtomicConstAndPerThread) {
  EXPECT_THAT(globals("global @n: int internal", "write @n = 1 order=relaxed"), IsEmpty());
  EXPECT_THAT(globals("global @n: int internal thread_local", "write @n = 1"), IsEmpty());
  EXPECT_THAT(globals("global @n: const int internal", "write @n = 1"), IsEmpty());
}

TEST(Globals, ThePathLeadsFromPythonToTheWrite) {
  Judged J(demo("global @n: int internal\nfunction set() internal { write @n = 1 at 9:3 }\n"
                "function f(self: PyObject *): \"PyObject *\" internal { call set() at 5:3; return null }\n"
                "function g(self: PyObject *): \"PyObject *\" internal { return null }\n"
                "function setup(m: PyObject *): int internal { return 0 }\n"));
  const evidence::Fact *F = J.fact(Kind::MutableGlobal, "n");
  ASSERT_TRUE(F);
  std::vector<std::string> Path;
  for (const Note &N : F->Notes)
    Path.push_back(std::to_string(N.Where.Line) + ": " + N.Message);
  ASSERT_EQ(Path.size(), 3u);
  EXPECT_THAT(Path[0], testing::HasSubstr("'f' can be called from Python"));
  EXPECT_EQ(Path[1], "5: 'set' is called here");
  EXPECT_EQ(Path[2], "9: written here in 'set'");
}
