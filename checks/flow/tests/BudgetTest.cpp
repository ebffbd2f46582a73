// Budgets: what is too much to follow is said to be incomplete, and gives no finding.
#include "flow/tests/TestModel.h"
#include <gmock/gmock.h>

using namespace gilray::test;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

TEST(Budgets, TooManyKeysAreSaid) {
  // Nine Ensure sites: at the join there is one key for each.
  std::string Text = "unit \"a.c\"\nglobal @m: PyMethodDef = {.ml_meth = fn f}\n"
                     "function f(n: int): PyObject * internal {\n  var c: int\n  switch n { ";
  for (int I = 0; I < 9; ++I)
    Text += std::to_string(I) + ": b" + std::to_string(I) + ", ";
  Text += "default: out }\n";
  for (int I = 0; I < 9; ++I)
    Text += "b" + std::to_string(I) + ":\n  %" + std::to_string(I) + " = call PyGILState_Ensure() at 2:1\n" +
            "  assign c = %" + std::to_string(I) + "\n  jump out\n";
  Text += "out:\n  return null at 5:1\n}\n";
  Result R = analyseTexts({Text});
  EXPECT_THAT(R.Findings, IsEmpty());
  EXPECT_THAT(R.Unjudged, ElementsAre(HasSubstr("f: more than 8 thread states at one point")));
}

TEST(Budgets, TooManyNestedEnsuresAreSaid) {
  std::string Text = "unit \"a.c\"\nfunction f() {\n";
  for (int I = 0; I < 5; ++I)
    Text += "  %" + std::to_string(I) + " = call PyGILState_Ensure() at 2:1\n";
  Result R = analyseTexts({Text + "  return at 3:1\n}\n"});
  EXPECT_THAT(R.Findings, IsEmpty());
  EXPECT_THAT(R.Unjudged, ElementsAre(HasSubstr("f: more than 4 nested Ensure calls")));
}

TEST(Budgets, TooDeepCallsAreSaid) {
  std::string Text = "unit \"a.c\"\n";
  const int Depth = 450;
  for (int I = 0; I < Depth; ++I)
    Text += "function f" + std::to_string(I) + "() internal {\n  call f" + std::to_string(I + 1) + "() at 2:1\n}\n";
  Text += "function f" + std::to_string(Depth) + "() internal {\n  %1 = call PyEval_SaveThread() at 3:1\n" +
          "  call PyEval_RestoreThread(%1) at 4:1\n}\n";
  Text += "function g(): PyObject * {\n  call f0()\n  return null\n}\n";
  Result R = analyseTexts({Text});
  EXPECT_THAT(R.Findings, IsEmpty());
  EXPECT_THAT(R.Unjudged, Contains(HasSubstr("call chain deeper than 400")));
}

TEST(Budgets, BodiesThatAreNotKnownAreSaid) {
  for (auto [State, Why] : {std::pair("errors", "does not compile"), std::pair("skipped", "was not parsed"),
                            std::pair("too_large", "too many blocks"), std::pair("coroutine", "coroutine")}) {
    Result R = analyseTexts({("unit \"a.c\"\nfunction helper() internal body=" + llvm::Twine(State) + R"( {
}
released f() {
  call helper() at 3:1
})")
                                 .str()});
    EXPECT_THAT(R.Findings, IsEmpty());
    EXPECT_THAT(R.Unjudged, ElementsAre(HasSubstr(Why)));
  }
}
