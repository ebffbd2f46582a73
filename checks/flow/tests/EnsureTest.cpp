// Attaching and giving back: Ensure and Release, Swap, conditional Ensure, and code that asks for the state.
#include "flow/tests/TestModel.h"
#include <gmock/gmock.h>

using namespace gilray::test;
using testing::ElementsAre;
using testing::IsEmpty;

namespace {

/// A thread's start routine with this body, so that nothing is assumed about callers.
std::vector<std::string> inThread(llvm::StringRef Body) {
  return found({("unit \"a.c\"\nfunction f(n: int) internal {\n  var a: int, b: int, t: PyThreadState *\n" + Body +
                 "  return at 99:1\n}\nfunction setup(): PyObject * {\n  call start_thread(fn f)\n  return null\n}\n")
                    .str()});
}
std::vector<std::string> inMethod(llvm::StringRef Body) {
  return found({("unit \"a.c\"\nglobal @m: PyMethodDef = {.ml_meth = fn f}\nfunction f(n: int): PyObject * internal {\n"
                 "  var a: int, b: int, t: PyThreadState *\n" +
                 Body + "  return null at 99:1\n}\n")
                    .str()});
}

} // namespace

TEST(Ensure, Nests) {
  EXPECT_THAT(inThread(R"(
  %1 = call PyGILState_Ensure() at 2:1
  %2 = call PyGILState_Ensure() at 3:1
  call PyErr_Clear() at 4:1
  call PyGILState_Release(%2) at 5:1
  call PyErr_Clear() at 6:1
  call PyGILState_Release(%1) at 7:1
  call PyErr_Clear() at 8:1
)"),
              ElementsAre("8: detached-api-call"));
}

TEST(Ensure, InsideAReleasedRegion) {
  EXPECT_THAT(inMethod(R"(
  released {
    %2 = call PyGILState_Ensure() at 3:1
    call PyErr_Clear() at 4:1
    call PyGILState_Release(%2) at 5:1
    call PyErr_Clear() at 6:1
  }
  call PyErr_Clear() at 8:1
)"),
              ElementsAre("6: detached-api-call"));
}

TEST(Ensure, ReleasedOutOfOrder) {
  EXPECT_THAT(inThread(R"(
  %1 = call PyGILState_Ensure() at 2:1
  assign a = %1
  %2 = call PyGILState_Ensure() at 3:1
  assign b = %2
  call PyGILState_Release(a) at 4:1
  call PyGILState_Release(b) at 5:1
)"),
              ElementsAre("4: leaked-attach"));
}

TEST(Ensure, ReleasedTwice) {
  EXPECT_THAT(inThread(R"(
  %1 = call PyGILState_Ensure() at 2:1
  assign a = %1
  call PyGILState_Release(a) at 3:1
  call PyGILState_Release(a) at 4:1
)"),
              ElementsAre("4: detached-api-call"))
      << "the release itself needs an attached thread state";
  EXPECT_THAT(inMethod(R"(
  %1 = call PyGILState_Ensure() at 2:1
  assign a = %1
  call PyGILState_Release(a) at 3:1
  call PyGILState_Release(a) at 4:1
)"),
              ElementsAre("2: gilstate-in-subinterpreter", "4: leaked-attach"))
      << "a method is attached already";
}

TEST(Ensure, ReleaseWithoutEnsureAtAnEntryPoint) {
  EXPECT_THAT(inMethod("  call PyGILState_Release(n) at 2:1\n"), ElementsAre("2: leaked-attach"));
  // Behind an unknown caller it may belong to the caller's Ensure.
  EXPECT_THAT(found({"unit \"a.c\"\nfunction f(n: int) {\n  call PyGILState_Release(n) at 2:1\n  return at 3:1\n}"}),
              IsEmpty());
}

TEST(Ensure, UnderAFlagWithTheSameFlag) {
  const char *Program = R"(
  branch n ? yes : no at 2:1
yes:
  %1 = call PyGILState_Ensure() at 3:1
  assign a = %1
no:
  branch %s ? give : done at 4:1
give:
  call PyGILState_Release(a) at 5:1
done:
)";
  auto With = [&](const char *Cond) {
    std::string T = Program;
    return T.replace(T.find("%s"), 2, Cond);
  };
  EXPECT_THAT(inThread(With("n")), IsEmpty());
  EXPECT_THAT(inThread(With("n != 0")), IsEmpty());
  EXPECT_THAT(inThread(With("n > 7")), ElementsAre("99: leaked-attach"));
}

TEST(Ensure, WrapperFunctions) {
  EXPECT_THAT(found({R"(unit "a.c"
function enter(): int internal {
  %1 = call PyGILState_Ensure() at 2:1
  return %1 at 3:1
}
function leave(s: int) internal {
  call PyGILState_Release(s) at 5:1
  return at 6:1
}
function worker() internal {
  %1 = call enter() at 8:1
  call PyErr_Clear() at 9:1
  call leave(%1) at 10:1
  call PyErr_Clear() at 11:1
  return at 12:1
}
function careless() internal {
  %1 = call enter() at 14:1
  call PyErr_Clear() at 15:1
  return at 16:1
}
function setup(): PyObject * {
  call start_thread(fn worker)
  call start_thread(fn careless)
  return null
})"}),
              ElementsAre("11: detached-api-call", "16: leaked-attach"));
}

TEST(Ensure, ThatMayFail) {
  EXPECT_THAT(inThread(R"(
  %1 = call PyThreadState_Ensure(n) at 2:1
  assign t = %1
  branch t == null ? failed : ok at 3:1
failed:
  return at 4:1
ok:
  call PyErr_Clear() at 5:1
  call PyThreadState_Release(t) at 6:1
)"),
              IsEmpty());
  EXPECT_THAT(inThread(R"(
  %1 = call PyThreadState_Ensure(n) at 2:1
  assign t = %1
  call PyErr_Clear() at 5:1
  call PyThreadState_Release(t) at 6:1
)"),
              testing::Contains("5: unattached-callback"));
}

TEST(Ensure, AcquireFunctionWhoseCallersReturnEarly) {
  EXPECT_THAT(found({R"(unit "a.c"
function try_enter(s: int *): int internal {
  %1 = call Py_IsInitialized() at 2:1
  branch %1 ? yes : no at 3:1
yes:
  %2 = call PyGILState_Ensure() at 4:1
  write *s = %2
  return 1 at 5:1
no:
  return 0 at 6:1
}
function worker() internal {
  var s: int
  %1 = call try_enter(&s) at 9:1
  branch !%1 ? out : in at 10:1
out:
  return at 11:1
in:
  call PyErr_Clear() at 12:1
  call PyGILState_Release(s) at 13:1
  return at 14:1
}
function setup(): PyObject * {
  call start_thread(fn worker)
  return null
})"}),
              IsEmpty());
}

TEST(Swap, ToNullDetaches) {
  EXPECT_THAT(inMethod(R"(
  %1 = call PyThreadState_Swap(null) at 2:1
  assign t = %1
  call PyErr_Clear() at 3:1
  %2 = call PyThreadState_Swap(t) at 4:1
  call PyErr_Clear() at 5:1
)"),
              ElementsAre("3: detached-api-call"));
}

TEST(Swap, ToAnotherInterpreterStaysAttached) {
  EXPECT_THAT(inMethod(R"(
  %1 = call PyThreadState_Swap(t) at 2:1
  call PyErr_Clear() at 3:1
  %2 = call PyThreadState_Swap(%1) at 4:1
  call PyErr_Clear() at 5:1
)"),
              IsEmpty());
}

TEST(ThreadState, UsedWrongly) {
  EXPECT_THAT(inMethod(R"(
  %1 = call PyEval_SaveThread() at 2:1
  assign t = null
  call PyEval_RestoreThread(t) at 3:1
)"),
              ElementsAre("3: stale-thread-state"));
  EXPECT_THAT(inMethod(R"(
  assign t = undef
  %1 = call PyEval_SaveThread() at 2:1
  call PyEval_RestoreThread(t) at 3:1
)"),
              ElementsAre("3: stale-thread-state"));
  EXPECT_THAT(inMethod(R"(
  %1 = call PyEval_SaveThread() at 2:1
  assign t = %1
  call PyEval_RestoreThread(t) at 3:1
  %2 = call PyEval_SaveThread() at 4:1
  call PyEval_RestoreThread(t) at 5:1
)"),
              ElementsAre("5: stale-thread-state"));
  EXPECT_THAT(inMethod(R"(
  %1 = call PyEval_SaveThread() at 2:1
  assign t = %1
  call PyThreadState_Delete(t) at 3:1
  call PyEval_RestoreThread(t) at 4:1
)"),
              testing::Contains("4: stale-thread-state"));
  EXPECT_THAT(inMethod("  call PyEval_RestoreThread(t) at 2:1\n"), ElementsAre("2: double-detach"));
}

TEST(Asking, GuardsTheCodeUnderIt) {
  for (const char *Question : {"PyGILState_Check()", "PyThreadState_GetUnchecked()", "_PyThreadState_UncheckedGet()"}) {
    EXPECT_THAT(inThread(("  %1 = call " + llvm::Twine(Question) + R"( at 2:1
  branch %1 ? yes : no at 3:1
yes:
  call PyErr_Clear() at 4:1
no:
)")
                             .str()),
                IsEmpty())
        << Question;
    EXPECT_THAT(inThread(("  %1 = call " + llvm::Twine(Question) + R"( at 2:1
  branch %1 == null ? no : yes at 3:1
yes:
  return at 5:1
no:
  call PyErr_Clear() at 6:1
)")
                             .str()),
                ElementsAre("6: unattached-callback"))
        << Question;
  }
}

TEST(Asking, EarlyReturnUnlessAttached) {
  EXPECT_THAT(inMethod(R"(
  %1 = call PyEval_SaveThread() at 2:1
  assign t = %1
  %2 = call PyGILState_Check() at 3:1
  branch !%2 ? skip : use at 4:1
use:
  call PyErr_Clear() at 5:1
skip:
  call PyEval_RestoreThread(t) at 6:1
)"),
              IsEmpty());
}

TEST(Asking, AnswerKeptInAVariable) {
  EXPECT_THAT(inThread(R"(
  %1 = call PyGILState_Check() at 2:1
  assign a = %1
  branch a ? have : attach at 3:1
attach:
  %2 = call PyGILState_Ensure() at 4:1
  assign b = %2
have:
  call PyErr_Clear() at 5:1
  branch a ? done : give at 6:1
give:
  call PyGILState_Release(b) at 7:1
done:
)"),
              IsEmpty());
}

TEST(Fork, ChildIsNotJudged) {
  EXPECT_THAT(inMethod(R"(
  %1 = call PyEval_SaveThread() at 2:1
  assign t = %1
  %2 = call fork[libc]() at 3:1
  branch %2 == 0 ? child : parent at 4:1
child:
  call PyErr_Clear() at 5:1
  call _exit(1)
  unreachable
parent:
  call PyErr_Clear() at 7:1
  call PyEval_RestoreThread(t) at 8:1
)"),
              ElementsAre("7: detached-api-call"));
}

TEST(NullArguments, XVariantsDoNothing) {
  EXPECT_THAT(inThread("  assign t = null\n  call Py_XDECREF(t) at 3:1\n"), IsEmpty());
  EXPECT_THAT(inThread("  macro Py_XDECREF(t) at 3:1\n"), ElementsAre("3: unattached-callback"));
  EXPECT_THAT(inThread(R"(
  branch t == null ? nothing : some at 2:1
nothing:
  call Py_XDECREF(t) at 3:1
some:
)"),
              IsEmpty());
}

TEST(NoReturn, EndsThePath) {
  EXPECT_THAT(inMethod(R"(
  %1 = call PyEval_SaveThread() at 2:1
  branch n ? fatal : good at 3:1
fatal:
  call give_up() at 4:1
  call PyErr_Clear() at 5:1
  return null at 6:1
good:
  call PyEval_RestoreThread(%1) at 7:1
)"),
              IsEmpty());
  // Learnt: a function all of whose paths end so.
  EXPECT_THAT(found({R"(unit "a.c"
function die() internal {
  call give_up() at 2:1
  unreachable
}
function f(n: int): PyObject * {
  %1 = call PyEval_SaveThread() at 5:1
  branch n ? fatal : good at 6:1
fatal:
  call die() at 7:1
  call PyErr_Clear() at 8:1
  return null at 9:1
good:
  call PyEval_RestoreThread(%1) at 10:1
  return null at 11:1
})"}),
              IsEmpty());
}

TEST(SharedState, OfLibcUnlessLocked) {
  EXPECT_THAT(inMethod(R"(
  released {
    call shared_text() at 3:1
    call take_lock()
    call shared_text() at 5:1
    call drop_lock()
  }
  call shared_text() at 8:1
)"),
              ElementsAre("3: unsafe-libc-detached"));
}

TEST(Ensure, ForgottenInALoopIsToldWhereTheFunctionIsLeft) {
  Result R = analyseTexts({R"(unit "a.c"
function pump() {
  b0:
    %1 = call next() at 1:1
    branch %1 ? b1 : b4 at 1:5
  b1:
    %2 = call PyGILState_Ensure() at 2:1
    %3 = call other() at 3:1
    branch %3 ? b2 : b3 at 3:5
  b2:
    call PyGILState_Release(%2) at 4:1
    jump b0
  b3:
    jump b0
  b4:
    return at 6:1
}
function main_module(): PyObject * {
  call start_thread(fn pump) at 8:1
  return null at 9:1
})"});
  EXPECT_THAT(R.Findings, ElementsAre("6: leaked-attach"));
  EXPECT_THAT(R.Unjudged, IsEmpty());
}

TEST(Ensure, OfAThreadThatIsAttachedForSureKeepsNoLock) {
  auto Program = [](const char *First) {
    return std::string(R"(unit "a.c"
function f() {
  b0:
)") + First +
           R"(
    %1 = call PyGILState_Ensure() at 3:1
    %2 = call other() at 4:1
    branch %2 ? b1 : b2 at 4:5
  b1:
    call PyGILState_Release(%1) at 5:1
    return at 6:1
  b2:
    return at 7:1
})";
  };
  EXPECT_THAT(found({Program("    call other() at 2:1")}), ElementsAre("7: leaked-attach"));
  EXPECT_THAT(found({Program("    call PyErr_Clear() at 2:1")}), IsEmpty());
}
