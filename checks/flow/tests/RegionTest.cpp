// Released regions: what may not happen in them, how they are left, and how they are recognised when the release is
// conditional or hidden in a helper.
#include "flow/tests/TestProgram.h"
#include <gmock/gmock.h>

using namespace gilray::test;
using testing::ElementsAre;
using testing::IsEmpty;

TEST(Region, ApiInReleasedRegion) {
  EXPECT_THAT(findings({R"(unit "a.c"
function f(self: PyObject *): PyObject * {
  released {
    call PyErr_SetString(null, "x") at 3:1
  }
  call PyErr_SetString(null, "x") at 5:1
  return null at 6:1
})"}),
              ElementsAre("3: detached-api-call"));
}

TEST(Region, ConsequencesAreNotes) {
  EXPECT_THAT(findings({R"(unit "a.c"
released f() {
  call PyErr_Clear() at 3:1
  call PyErr_Clear() at 4:1
})"}),
              ElementsAre("3: detached-api-call"));
}

TEST(Region, ReleaseUnderAFlagAndRestoreUnderTheSavedPointer) {
  EXPECT_THAT(findings({R"(unit "a.c"
function f(n: int): PyObject * {
  var save: PyThreadState *
  assign save = null
  branch n > 500 ? big : done at 3:1
big:
  %1 = call PyEval_SaveThread() at 4:1
  assign save = %1
done:
  branch save != null ? restore : end at 6:1
restore:
  call PyEval_RestoreThread(save) at 7:1
end:
  call PyErr_Clear() at 8:1
  return null at 9:1
})"}),
              IsEmpty());
}

TEST(Region, ReleaseAndRestoreUnderEqualConditions) {
  EXPECT_THAT(findings({R"(unit "a.c"
function f(n: int): PyObject * {
  var save: PyThreadState *
  branch n > 500 ? big : middle at 3:1
big:
  %1 = call PyEval_SaveThread() at 4:1
  assign save = %1
middle:
  branch n <= 500 ? end : restore at 6:1
restore:
  call PyEval_RestoreThread(save) at 7:1
end:
  call PyErr_Clear() at 8:1
  return null at 9:1
})"}),
              IsEmpty());
}

TEST(Region, EarlyReturnEscapes) {
  EXPECT_THAT(findings({R"(unit "a.c"
function f(n: int): PyObject * {
  %1 = call PyEval_SaveThread() at 2:1
  branch n ? bad : good at 3:1
bad:
  return null at 4:1
good:
  call PyEval_RestoreThread(%1) at 5:1
  return null at 6:1
})"}),
              ElementsAre("4: region-escape"));
}

TEST(Region, WrapperIsJudgedAtItsCaller) {
  EXPECT_THAT(findings({R"(unit "a.c"
function begin(p: PyThreadState **) internal {
  %1 = call PyEval_SaveThread() at 2:1
  write *p = %1
  return at 3:1
}
function finish(p: PyThreadState **) internal {
  read *p
  call PyEval_RestoreThread(*p) at 6:1
  write *p = null
  return at 7:1
}
function f(): PyObject * {
  var save: PyThreadState *
  call begin(&save) at 10:1
  call PyErr_Clear() at 11:1
  call finish(&save) at 12:1
  call PyErr_Clear() at 13:1
  return null at 14:1
})"}),
              ElementsAre("11: detached-api-call"));
}

TEST(Region, HelperIsReportedWhereItIsEnteredDetached) {
  // The helper is called attached too: the call from the region is what to mend.
  EXPECT_THAT(findings({R"(unit "a.c"
function helper() internal {
  call PyErr_Clear() at 2:1
  return at 3:1
}
function f(): PyObject * {
  call helper() at 6:1
  released {
    call helper() at 8:1
  }
  return null at 10:1
})"}),
              ElementsAre("8: detached-api-call"));
  // Only ever entered detached: the helper itself is.
  EXPECT_THAT(findings({R"(unit "a.c"
function helper() internal {
  call PyErr_Clear() at 2:1
  return at 3:1
}
released f() {
  call helper() at 8:1
})"}),
              ElementsAre("2: detached-api-call"));
}

TEST(Region, HelperInAnotherUnit) {
  EXPECT_THAT(findings({R"(unit "a.c"
function f(): PyObject * {
  call helper() at 6:1
  released {
    call helper() at 8:1
  }
  return null at 10:1
})",
                        R"(unit "b.c"
function helper() {
  call PyErr_Clear() at 2:1
  return at 3:1
})"}),
              ElementsAre("8: detached-api-call"));
}

TEST(Region, DetachTwiceThroughAHelper) {
  EXPECT_THAT(findings({R"(unit "a.c"
function crunch() internal {
  %1 = call PyEval_SaveThread() at 2:1
  call PyEval_RestoreThread(%1) at 3:1
  return at 4:1
}
function one(): PyObject * {
  call crunch() at 6:1
  return null at 7:1
}
released two() {
  call crunch() at 11:1
})"}),
              ElementsAre("11: double-detach"));
}

TEST(Region, EnsureLeaksOnTheErrorPath) {
  EXPECT_THAT(findings({R"(unit "a.c"
function notify(n: int): int {
  var state: int
  %1 = call PyGILState_Ensure() at 2:1
  assign state = %1
  branch n ? bad : good at 3:1
bad:
  return -1 at 4:1
good:
  call PyGILState_Release(state) at 5:1
  return 0 at 6:1
})"}),
              ElementsAre("4: leaked-attach"));
}

TEST(Region, EnteredDetachedByItsOwnLogic) {
  // Restores first: it can only be entered detached, so the API call before is wrong.
  EXPECT_THAT(findings({R"(unit "a.c"
function locked(t: PyThreadState **): int {
  call PyErr_Clear() at 2:1
  call PyEval_RestoreThread(*t) at 3:1
  call PyErr_Clear() at 4:1
  %1 = call PyEval_SaveThread() at 5:1
  write *t = %1
  return 0 at 6:1
})"}),
              ElementsAre("2: detached-api-call"));
}

TEST(Region, RecursionSettles) {
  EXPECT_THAT(findings({R"(unit "a.c"
function walk(n: int) internal {
  branch n > 0 ? more : done at 2:1
more:
  call walk(n - 1) at 3:1
  call PyErr_Clear() at 4:1
done:
  return at 5:1
}
function f(): PyObject * {
  call walk(3) at 8:1
  released {
    call walk(3) at 10:1
  }
  return null at 12:1
})"}),
              ElementsAre("10: detached-api-call"));
}

TEST(Region, EveryEscapingReturnIsReported) {
  // Both return the same, so callers see one exit; the reader must mend two.
  EXPECT_THAT(findings({R"(unit "a.c"
function f(n: int): PyObject * {
  %1 = call PyEval_SaveThread() at 2:1
  branch n == 1 ? bad : next at 3:1
bad:
  return null at 4:1
next:
  branch n == 2 ? worse : good at 5:1
worse:
  return null at 6:1
good:
  call PyEval_RestoreThread(%1) at 7:1
  return null at 8:1
})"}),
              ElementsAre("4: region-escape", "6: region-escape"));
}

TEST(Region, EarlyReturnBeforeTheRegionHidesNoEscape) {
  EXPECT_THAT(findings({R"(unit "a.c"
function helper(n: int) internal {
  branch n == 0 ? nothing : some at 2:1
nothing:
  return at 3:1
some:
  %1 = call PyEval_SaveThread() at 4:1
  branch n == 1 ? bad : good at 5:1
bad:
  return at 6:1
good:
  call PyEval_RestoreThread(%1) at 7:1
  return at 8:1
}
function f(n: int): PyObject * {
  call helper(n) at 11:1
  return null at 12:1
})"}),
              ElementsAre("6: region-escape"));
}

TEST(Region, FaultOnOnePathHidesNothingOnAnother) {
  EXPECT_THAT(findings({R"(unit "a.c"
function f(n: int): PyObject * {
  var save: PyThreadState *
  branch n ? twice : once at 2:1
twice:
  %1 = call PyEval_SaveThread() at 3:1
  %2 = call PyEval_SaveThread() at 4:1
  call PyEval_RestoreThread(%2) at 5:1
  jump join
once:
  jump join
join:
  released {
    call PyErr_Clear() at 8:1
  }
  return null at 10:1
})"}),
              ElementsAre("4: double-detach", "8: detached-api-call"));
}

TEST(Region, SmallNestingCountersAreCounted) {
  EXPECT_THAT(findings({R"(unit "a.c"
function suspend(c: Ctx *) internal {
  b0:
    assign %0 = c->Ctx::nested at 1:1
    write c->Ctx::nested = c->Ctx::nested + 1 compound at 1:1
    branch %0 == 0 ? b1 : b2 at 1:5
  b1:
    %1 = call PyEval_SaveThread() at 2:1
    write c->Ctx::saved = %1 at 2:1
    return at 3:1
  b2:
    return at 3:1
}
function resume(c: Ctx *) internal {
  b0:
    write c->Ctx::nested = c->Ctx::nested + -1 compound at 4:1
    branch c->Ctx::nested == 0 ? b1 : b2 at 4:5
  b1:
    call PyEval_RestoreThread(c->Ctx::saved) at 5:1
    return at 6:1
  b2:
    return at 6:1
}
function f(c: Ctx *): PyObject * {
  write c->Ctx::nested = 0 at 7:1
  call suspend(c) at 8:1
  call resume(c) at 9:1
  return null at 10:1
})"}),
              IsEmpty());
}

TEST(Region, AFunctionWithErrorsMayAttach) {
  EXPECT_THAT(findings({R"(unit "a.c"
function take() internal body=errors {
  return at 2:1
}
released f() {
  call take() at 4:1
  call PyErr_Clear() at 5:1
})"}),
              IsEmpty());
}

TEST(Region, APointerThatWasFollowedIsNotNull) {
  EXPECT_THAT(findings({R"(unit "a.c"
record thing { number: int }
function find(): thing * internal {
  var t: thing *, n: int
  %1 = call lookup() at 2:1
  assign t = %1
  assign n = t->number
  %2 = call PyEval_SaveThread() at 3:1
  write @saved = %2
  return t at 4:1
}
function f(): PyObject * {
  var t: thing *
  %1 = call find() at 6:1
  assign t = %1
  branch t ? found : missing at 7:1
missing:
  call PyErr_Clear() at 8:1
  return null at 9:1
found:
  call PyEval_RestoreThread(@saved) at 10:1
  return null at 11:1
})"}),
              IsEmpty());
}
