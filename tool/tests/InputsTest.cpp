// Files, headers and compile commands.
#include "driver/Inputs.h"
#include "TempDir.h"
#include "driver/Python.h"
#include "extract/CompileCommands.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

using namespace gilray;
using namespace gilray::driver;
using gilray::test::TempDir;
using testing::ElementsAre;
using testing::HasSubstr;

namespace {

struct Collected {
  std::vector<std::string> Files;
  std::string Said;
  bool Failed;
};

Collected collect(const TempDir &Dir, std::vector<std::string> Paths, llvm::StringRef Excluded = "<none>") {
  Collected C;
  llvm::raw_string_ostream OS(C.Said);
  Log L(OS, false, false);
  for (std::string &P : Paths)
    P = Dir.Path + "/" + P;
  C.Files = collectInputs(Paths, [&](llvm::StringRef P) { return P.ends_with(Excluded); }, L);
  for (std::string &F : C.Files)
    F = F.substr(Dir.Path.size() + 1);
  C.Failed = L.failed();
  return C;
}

TEST(Inputs, SearchesDirectoriesForSourcesOfTheProject) {
  TempDir Dir;
  for (const char *Name : {"z.c", "a.cpp", "sub/b.cc", "sub/h.h", "sub/skip.c", "build/gen.c", ".git/x.c", "venv/y.c",
                           "env/pyvenv.cfg", "env/lib/z.c", "node_modules/n.c", "notes.txt", "x.egg-info/e.c"})
    Dir.file(Name, "");
  EXPECT_THAT(collect(Dir, {"."}, "skip.c").Files, ElementsAre("a.cpp", "sub/b.cc", "z.c"));
  EXPECT_THAT(collect(Dir, {"build", "z.c", "./z.c"}).Files, ElementsAre("build/gen.c", "z.c"));
}

TEST(Inputs, SaysWhatIsMissing) {
  TempDir Dir;
  Dir.file("empty/notes.txt", "");
  EXPECT_THAT(collect(Dir, {"nope.c"}).Said, HasSubstr("no such file or directory"));
  Collected C = collect(Dir, {"empty"});
  EXPECT_TRUE(C.Failed);
  EXPECT_THAT(C.Said, HasSubstr("no C or C++ source"));
}

TEST(Inputs, CirclesOfLinksEnd) {
  TempDir Dir;
  Dir.file("a/x.c", "");
  ASSERT_FALSE(llvm::sys::fs::create_link(Dir.Path, Dir.Path + "/a/loop"));
  EXPECT_THAT(collect(Dir, {"."}).Files, ElementsAre("a/x.c"));
}

TEST(Python, HeadersTellTheirVersion) {
  TempDir Dir;
  Dir.file("i/Python.h", "");
  Dir.file("i/patchlevel.h", "/* PY_MAJOR_VERSION 9 */\n#  define PY_MAJOR_VERSION 3\n#define PY_MINOR_VERSION\t14\n");
  Dir.file("i/pyconfig.h", "/* #undef Py_GIL_DISABLED */\n");
  auto H = headersIn({Dir.Path + "/i"});
  ASSERT_TRUE(H);
  EXPECT_EQ(H->Version.name(), "3.14");
  Dir.file("i/pyconfig.h", "#define Py_GIL_DISABLED 1\n");
  EXPECT_EQ(headersIn({Dir.Path + "/i"})->Version.name(), "3.14t");
  EXPECT_FALSE(headersIn({Dir.Path}));
}

TEST(Python, OtherHeadersReplaceThoseOfTheCommand) {
  TempDir Dir;
  Dir.file("old/Python.h", "");
  Dir.file("old/patchlevel.h", "");
  Dir.file("lib/other.h", "");
  PythonHeaders New;
  New.Version = {3, 13, false};
  New.Includes = {"/new"};
  std::vector<std::string> Args = {"-I", "old", "-Ilib", "-isystem" + Dir.Path + "/old", "-I" + Dir.Path + "/old/",
                                   "-DX"};
  EXPECT_THAT(withPython(Args, Dir.Path, New, false), ElementsAre("-Ilib", "-DX", "-I/new"));
  EXPECT_THAT(withPython(Args, Dir.Path, New, true), ElementsAre("-Ilib", "-DX", "-I/new", "-DPy_GIL_DISABLED=1"));
}

TEST(Python, AnythingElseIsRefused) {
  TempDir Dir;
  auto NoHeaders = findPython(Dir.Path);
  ASSERT_FALSE(bool(NoHeaders));
  EXPECT_THAT(llvm::toString(NoHeaders.takeError()), HasSubstr("no Python.h"));
  auto Missing = findPython("no-such-python");
  ASSERT_FALSE(bool(Missing));
  EXPECT_THAT(llvm::toString(Missing.takeError()), HasSubstr("no-such-python"));
  auto NoPython = findPython("/bin/false");
  ASSERT_FALSE(bool(NoPython));
  EXPECT_THAT(llvm::toString(NoPython.takeError()), HasSubstr("does not answer"));
}

TEST(CompileCommands, AreReducedToWhatMatters) {
  TempDir Dir;
  Dir.file("src/a.c", "");
  Dir.file("args.rsp", "-DFROM_RSP");
  std::string Json = Dir.file("build/compile_commands.json", R"([
    {"directory": ")" + Dir.Path + R"(", "file": "src/a.c",
     "command": "ccache gcc -Isrc -c -o a.o -MD -MF a.d src/a.c @args.rsp"},
    {"directory": ")" + Dir.Path + R"(", "file": "src/a.c", "arguments": ["cc", "-DSECOND", "-c", "src/a.c"]},
    {"directory": ")" + Dir.Path + R"(", "file": "src/a.c", "arguments": ["cc", "-DSECOND", "-c", "src/a.c"]}
  ])");
  auto C = extract::CompileCommands::load(Dir.Path + "/build");
  ASSERT_TRUE(bool(C)) << llvm::toString(C.takeError());
  EXPECT_THAT(C->files(), ElementsAre(Dir.Path + "/src/a.c"));
  auto Commands = C->commandsFor(Dir.Path + "/src/a.c");
  ASSERT_EQ(Commands.size(), 2u);
  EXPECT_THAT(Commands[0].Args, ElementsAre("-Isrc", "-DFROM_RSP"));
  EXPECT_THAT(Commands[1].Args, ElementsAre("-DSECOND"));
  EXPECT_EQ(Commands[0].Directory, Dir.Path);
  EXPECT_EQ(extract::CompileCommands::findUpwards(Dir.Path + "/src/a.c"), Json);
}

TEST(CompileCommands, BadOnesAreErrors) {
  TempDir Dir;
  auto None = extract::CompileCommands::load(Dir.Path);
  ASSERT_FALSE(bool(None));
  EXPECT_THAT(llvm::toString(None.takeError()), HasSubstr("no compile_commands.json"));
  Dir.file("compile_commands.json", "[{\"file\": 3}]");
  auto Broken = extract::CompileCommands::load(Dir.Path);
  ASSERT_FALSE(bool(Broken));
  EXPECT_THAT(llvm::toString(Broken.takeError()), HasSubstr("cannot read compile database"));
}

} // namespace
