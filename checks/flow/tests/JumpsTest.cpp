// setjmp and longjmp: in which state the second return of setjmp is reached, and when that is not known.
#include "flow/tests/TestModel.h"
#include <gmock/gmock.h>

using namespace gilray::test;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

namespace {

/// Jumps back in a released region: `fail` does, with what the program says besides.
Result jumping(llvm::StringRef Region, llvm::StringRef Others = "") {
  return analyseTexts({("unit \"a.c\"\n"
                        "callee setjmp returns_twice\n"
                        "global @buf: int\n"
                        "global @other: int\n" +
                        Others +
                        "\nfunction f(n: int): PyObject * {\n"
                        "  var h: \"struct handle\"\n"
                        "  %1 = call setjmp(&@buf) at 11:1\n"
                        "  branch %1 ? again : first at 11:1\n"
                        "again:\n"
                        "  call PyErr_Clear() at 12:1\n"
                        "  return null at 13:1\n"
                        "first:\n"
                        "  %2 = call PyEval_SaveThread() at 14:1\n" +
                        Region +
                        "  call PyEval_RestoreThread(%2) at 18:1\n"
                        "  return null at 19:1\n"
                        "}\n")
                           .str()});
}

const char *Fail = "function fail(n: int) internal {\n"
                   "  branch n ? out : back at 2:1\n"
                   "out:\n"
                   "  call longjmp[libc](&@buf, 1) at 3:1\n"
                   "  unreachable\n"
                   "back:\n"
                   "  return at 4:1\n"
                   "}\n";

} // namespace

TEST(Jumps, BringTheirStateBack) {
  Result R = jumping("  call fail(n) at 15:1\n", Fail);
  EXPECT_THAT(R.Findings, ElementsAre("12: detached-api-call", "13: region-escape"));
  EXPECT_THAT(R.Unjudged, IsEmpty());
}

TEST(Jumps, OfTheFunctionItself) {
  Result R = jumping("  call longjmp[libc](&@buf, 1) at 15:1\n");
  EXPECT_THAT(R.Findings, ElementsAre("12: detached-api-call", "13: region-escape"));
  EXPECT_THAT(R.Unjudged, IsEmpty());
}

TEST(Jumps, ToAnotherBufferDoNotComeHere) {
  std::string Other = Fail;
  Other.replace(Other.find("&@buf"), 5, "&@other");
  Result R = jumping("  call fail(n) at 15:1\n", Other);
  EXPECT_THAT(R.Findings, ElementsAre("15: region-escape")) << "it leaves this function, and the saved state is lost";
  EXPECT_THAT(R.Unjudged, ElementsAre(HasSubstr("nothing seen jumps there")));
}

TEST(Jumps, ThroughTwoFunctions) {
  std::string Both = Fail;
  Both += "function deeper(n: int) internal {\n  call fail(n) at 6:1\n  return at 7:1\n}\n";
  EXPECT_THAT(jumping("  call deeper(n) at 15:1\n", Both).Findings,
              ElementsAre("12: detached-api-call", "13: region-escape"));
}

TEST(Jumps, ThroughRecursionSettle) {
  std::string Self = Fail;
  Self.replace(Self.find("  return at 4:1"), 15, "  call fail(n) at 4:1\n  return at 5:1");
  EXPECT_THAT(jumping("  call fail(n) at 15:1\n", Self).Findings,
              ElementsAre("12: detached-api-call", "13: region-escape"));
}

TEST(Jumps, AfterTheRegionAreAttached) {
  Result R = jumping("  call PyEval_RestoreThread(%2) at 15:1\n  call fail(n) at 16:1\n"
                     "  %2 = call PyEval_SaveThread() at 17:1\n",
                     Fail);
  EXPECT_THAT(R.Findings, IsEmpty());
  EXPECT_THAT(R.Unjudged, IsEmpty());
}

TEST(Jumps, FromNowhereAreIncomplete) {
  Result R = jumping("  call foreign(n) at 15:1\n");
  EXPECT_THAT(R.Findings, IsEmpty());
  EXPECT_THAT(R.Unjudged, ElementsAre(HasSubstr("nothing seen jumps there")));
}

TEST(Jumps, BeforeSetjmpAreNotItsOwn) {
  // The buffer is somebody else's then: an outer setjmp's.
  EXPECT_THAT(analyseTexts({R"(unit "a.c"
callee setjmp returns_twice
global @buf: int
function f(n: int): PyObject * {
  branch n ? out : on at 2:1
out:
  call longjmp[libc](&@buf, 1) at 3:1
  unreachable
on:
  %1 = call setjmp(&@buf) at 4:1
  %2 = call PyEval_SaveThread() at 5:1
  call PyEval_RestoreThread(%2) at 6:1
  return null at 7:1
})"})
                  .Unjudged,
              ElementsAre(HasSubstr("nothing seen jumps there")));
}

TEST(Jumps, OfALibraryGoWithTheHandle) {
  auto With = [](llvm::StringRef Attached, llvm::StringRef Detached) {
    return analyseTexts({("unit \"a.c\"\n"
                          "callee setjmp returns_twice\n"
                          "function f(h: \"struct handle *\"): PyObject * {\n"
                          "  %1 = call setjmp(&h->handle::jump) at 11:1\n"
                          "  branch %1 ? again : first at 11:1\n"
                          "again:\n"
                          "  call PyErr_Clear() at 12:1\n"
                          "  return null at 13:1\n"
                          "first:\n" +
                          Attached + "  %2 = call PyEval_SaveThread() at 14:1\n" + Detached +
                          "  call PyEval_RestoreThread(%2) at 18:1\n"
                          "  return null at 19:1\n"
                          "}\n")
                             .str()});
  };
  Result Detached = With("", "  call run(h) at 15:1\n");
  EXPECT_THAT(Detached.Findings, ElementsAre("12: detached-api-call", "13: region-escape"));
  EXPECT_THAT(Detached.Unjudged, IsEmpty());
  Result Attached = With("  call open(h) at 13:1\n", "  call work() at 15:1\n");
  EXPECT_THAT(Attached.Findings, IsEmpty());
  EXPECT_THAT(Attached.Unjudged, IsEmpty());
  Result Either = With("  call open(h) at 13:1\n", "  call run(h) at 15:1\n");
  EXPECT_THAT(Either.Findings, IsEmpty());
  EXPECT_THAT(Either.Unjudged, ElementsAre(HasSubstr("which call jumps there")));
}
