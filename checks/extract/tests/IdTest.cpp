// Ids of functions and variables: the same for the same code, whatever stands above it and wherever it lies.
#include "extract/tests/Snippet.h"
#include "llvm/ADT/StringExtras.h"
#include <set>

namespace gilray::extract::test {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

/// Ids of all functions and variables, without the hashes of inline bodies, which hold places on purpose.
std::vector<std::string> ids(const Snippet &S) {
  std::vector<std::string> Out;
  auto Add = [&](llvm::StringRef Id) {
    size_t Hash = Id.rfind('#');
    bool IsHash = Hash != llvm::StringRef::npos && Id.size() - Hash > 8 &&
                  llvm::all_of(Id.drop_front(Hash + 1), [](char C) { return llvm::isHexDigit(C); });
    Out.push_back(Id.take_front(IsHash ? Hash : Id.size()).str());
  };
  for (const ir::Function &F : S.unit().Functions)
    Add(F.Id);
  for (const ir::Global &G : S.unit().Globals)
    Add(G.Id);
  return Out;
}

constexpr char Code[] = R"(
int sink(int);
template <class F> int run(F f) { return f(); }
template <class F> struct Guard { F f; ~Guard() { f(); } };
static int helper() {
  struct Local { int m() { return sink(1); } };
  Local l;
  { struct Local { int m() { static int n; { static int n; n++; } return n++; } }; Local k; k.m(); }
  auto copied = [l] { return 2; };
  auto again = copied;
  auto generic = [](auto f) { return f(); };
  generic([] { return 5; });
  { Guard<decltype(again)> g{again}; }
  return run([] { return run([] { return 3; }); }) + run([] { return 4; }) + l.m();
}
static auto global = [] { return 6; };
struct Init { int n = run([] { return 7; }); int m = run([] { return 8; }); };
int use() { Init i; enum { A } e = A; struct { int n; } u{1}; auto f = [u] { return u.n; }; return helper() + global() + run(f) + i.n + e; }
)";

TEST(ExtractIds, HoldNoOffsets) {
  auto Ids = [](llvm::StringRef Above) {
    Snippet S;
    S.arg("-std=c++20").root(S.dir()).file("a.cpp", (Above + Code).str()).extract("a.cpp");
    EXPECT_TRUE(S.unit().Issues.empty());
    return ids(S);
  };
  std::vector<std::string> Plain = Ids("");
  EXPECT_EQ(Plain, Ids("// moved\n\n/* and more */\n#define X 1\n"));
  std::set<std::string> Seen;
  for (const std::string &Id : Plain)
    EXPECT_TRUE(Seen.insert(Id).second) << Id;
  for (const std::string &Id : Plain)
    EXPECT_THAT(Id, Not(HasSubstr("a.cpp:")));
}

TEST(ExtractIds, InstancesOverLambdasAreToldApart) {
  Snippet S;
  S.arg("-std=c++17").file("a.cpp", Code).extract("a.cpp");
  // Each instance of run calls its own lambda.
  std::set<llvm::StringRef> Instances, Called;
  for (const ir::Function &F : S.unit().Functions)
    if (F.Name == "run") {
      Instances.insert(F.Id);
      for (const ir::Block &B : F.Blocks)
        for (const ir::Event &E : B.Events)
          if (E.Callee)
            Called.insert(S.unit().Callees[E.Callee].Id);
    }
  EXPECT_EQ(Instances.size(), 6u);
  EXPECT_EQ(Called.size(), 6u);
}

TEST(ExtractIds, BelongToTheProjectNotToItsPlace) {
  auto Ids = [](llvm::StringRef Dir) {
    Snippet S;
    S.root(S.dir() + "/" + Dir.str())
        .file((Dir + "/a/util.c").str(), "static int n;\nstatic int helper(void) { static int m; return n + m++; }\n"
                                         "int a(void) { return helper(); }\n")
        .extract((Dir + "/a/util.c").str());
    return ids(S);
  };
  EXPECT_EQ(Ids("one"), Ids("somewhere/else"));
}

TEST(ExtractIds, EqualNamesInTwoFilesAreTwo) {
  Snippet A, B;
  for (auto [S, Path] : {std::pair(&A, "a/util.c"), std::pair(&B, "b/util.c")})
    S->root(S->dir())
        .file(Path, "static int helper(void) { return 1; }\nint f(void) { return helper(); }\n")
        .extract(Path);
  EXPECT_EQ(A.find("helper")->Id, "c:util.c@F@helper@a/util.c");
  EXPECT_EQ(B.find("helper")->Id, "c:util.c@F@helper@b/util.c");
}

TEST(ExtractIds, FilesOutsideTheProjectKeepTheirPath) {
  Snippet S;
  S.root(S.dir() + "/proj").file("proj-other/util.c", "static void h(void) {}\nvoid f(void) { h(); }\n");
  S.extract("proj-other/util.c");
  EXPECT_EQ(S.find("h")->Id, "c:util.c@F@h@" + S.dir() + "/proj-other/util.c");
}

TEST(ExtractIds, UnnamedRecordsOfTwoFilesAreTwo) {
  auto S = c("static struct { int n; } state;\nint f(void) { return state.n; }\n");
  EXPECT_THAT(S->function("f"), HasSubstr("\"(unnamed:a.c:1:8)\"::n"));
}

} // namespace
} // namespace gilray::extract::test
