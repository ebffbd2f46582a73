// Critical sections, which are given up whenever the thread detaches, and C++ guards.
#include "flow/tests/LockProgram.h"

using namespace gilray::test;
using testing::ElementsAre;
using testing::IsEmpty;

namespace {

LockProgram method(llvm::StringRef Body, llvm::StringRef Unit = "gil_disabled") {
  return LockProgram({("unit \"a.c\" py=0x030e00f0 " + Unit + R"(
record Conn pyobject {
  m: PyMutex
  n: int
}
global @k: PyMethodDef = {.ml_meth = fn run}
function run(self: Conn *, other: Conn *, n: int): PyObject * internal {
  var save: PyThreadState *
)" + Body + R"(
  return null at 99:1
}
)")
                          .str()});
}

/// Guards of the standard library, with the overloads of their constructors.
LockProgram cxx(llvm::StringRef Body) {
  return LockProgram({(R"(unit "a.cpp" lang=c++
type 1 record "class std::mutex" record=std::mutex
type 2 reference "class std::mutex &" inner=#1
type 3 record "struct std::defer_lock_t" record=std::defer_lock_t
type 4 record "struct std::try_to_lock_t" record=std::try_to_lock_t
type 5 record "struct std::adopt_lock_t" record=std::adopt_lock_t
type 6 record "class std::unique_lock<class std::mutex>" record=std::unique_lock
type 7 reference "class std::unique_lock<class std::mutex> &&" inner=#6
callee 1 std::unique_lock::unique_lock[std] id="plain" record=std::unique_lock params=(#2)
callee 2 std::unique_lock::unique_lock[std] id="defer" record=std::unique_lock params=(#2, #3)
callee 3 std::unique_lock::unique_lock[std] id="try" record=std::unique_lock params=(#2, #4)
callee 4 std::unique_lock::unique_lock[std] id="adopt" record=std::unique_lock params=(#2, #5)
callee 5 std::unique_lock::unique_lock[std] id="move" record=std::unique_lock params=(#7)
callee 6 std::unique_lock::~unique_lock[std] record=std::unique_lock
callee 7 std::unique_lock::lock[std] record=std::unique_lock
callee 8 std::unique_lock::unlock[std] record=std::unique_lock
callee 9 std::unique_lock::owns_lock[std] record=std::unique_lock
callee 10 std::scoped_lock::scoped_lock[std] record=std::scoped_lock params=(#2, #2)
callee 11 std::scoped_lock::~scoped_lock[std] record=std::scoped_lock
callee 12 std::move[std]
record S {
  m: #1
  x: int
}
record Guard {
  m: "std::mutex *"
}
global @a: #1
function Guard::Guard(this: Guard *, m: "std::mutex *"): void kind=constructor record=Guard {
  write this->Guard::m = m
  call std::mutex::lock(m)
  return
}
function Guard::~Guard(this: Guard *): void kind=destructor record=Guard {
  read this->Guard::m
  call std::mutex::unlock(this->Guard::m)
  return
}
function f(s: S *): void {
  var g: #6, h: #6, own: Guard
)" + Body + "\n  return at 99:1\n}\n")
                          .str()});
}

} // namespace

TEST(CriticalSections, HoldTheObjectsLock) {
  LockProgram P = method(R"(
  macro Py_BEGIN_CRITICAL_SECTION(self) at 1:1
  write self->Conn::n = 1 at 2:1
  write other->Conn::n = 1 at 3:1
  macro Py_END_CRITICAL_SECTION() at 4:1
  write self->Conn::n = 1 at 5:1
)");
  EXPECT_EQ(P.must(2), "self->ob_mutex (section)");
  EXPECT_EQ(P.may(5), "");
  EXPECT_THAT(P.accesses("Conn.n"), ElementsAre("2: run writes {this _object.ob_mutex} attached own from run/method",
                                                "3: run writes {some _object.ob_mutex} attached from run/method",
                                                "5: run writes {} attached own from run/method"));
}

TEST(CriticalSections, DoNothingInABuildWithGil) {
  LockProgram P = method(R"(
  macro Py_BEGIN_CRITICAL_SECTION(self) at 1:1
  call mark() at 2:1
  macro Py_END_CRITICAL_SECTION() at 3:1
)",
                         "");
  EXPECT_EQ(P.must(2), "self->ob_mutex (section, inert)");
}

TEST(CriticalSections, AreGivenUpWhileDetached) {
  LockProgram P = method(R"(
  macro Py_BEGIN_CRITICAL_SECTION(self) at 1:1
  %1 = call PyEval_SaveThread() at 2:1
  assign save = %1
  call mark() at 3:1
  call PyEval_RestoreThread(save) at 4:1
  call mark() at 5:1
  macro Py_END_CRITICAL_SECTION() at 6:1
)");
  EXPECT_EQ(P.must(3), "");
  EXPECT_EQ(P.may(3), "self->ob_mutex (section, suspended)");
  EXPECT_EQ(P.must(5), "self->ob_mutex (section)");
  EXPECT_THAT(P.facts("broken"), ElementsAre("2: broken section of self->ob_mutex"));
}

TEST(CriticalSections, OnlyTheLastOneComesBack) {
  LockProgram P = method(R"(
  macro Py_BEGIN_CRITICAL_SECTION(self) at 1:1
  macro Py_BEGIN_CRITICAL_SECTION(other) at 2:1
  call mark() at 3:1
  %1 = call PyObject_CallNoArgs(self) at 4:1
  call mark() at 5:1
  macro Py_END_CRITICAL_SECTION() at 6:1
  call mark() at 7:1
  macro Py_END_CRITICAL_SECTION() at 8:1
  call mark() at 9:1
)");
  EXPECT_EQ(P.must(3), "other->ob_mutex (section), self->ob_mutex (section, perhaps suspended)");
  EXPECT_EQ(P.must(5), "other->ob_mutex (section)");
  EXPECT_EQ(P.must(7), "self->ob_mutex (section)") << "ending the inner one takes the outer one again";
  EXPECT_EQ(P.may(9), "");
}

TEST(CriticalSections, TwoObjectsAtOnceStayTogether) {
  LockProgram P = method(R"(
  macro Py_BEGIN_CRITICAL_SECTION2(self, other) at 1:1
  call mark() at 2:1
  macro Py_END_CRITICAL_SECTION2() at 3:1
  call mark() at 4:1
)");
  EXPECT_EQ(P.must(2), "other->ob_mutex (section), self->ob_mutex (section)");
  EXPECT_EQ(P.may(4), "");
}

TEST(CriticalSections, OfTheCallerAreGivenUpInTheCalleeToo) {
  LockProgram P({R"(
unit "a.c" py=0x030e00f0 gil_disabled
record Conn pyobject {
  n: int
}
global @k: PyMethodDef = {.ml_meth = fn run}
function slow(c: Conn *): void internal {
  write c->Conn::n = 1 at 10:1
  released {
    write c->Conn::n = 2 at 12:1
  }
  write c->Conn::n = 3 at 14:1
  return
}
function run(self: Conn *): PyObject * internal {
  macro Py_BEGIN_CRITICAL_SECTION(self) at 1:1
  call slow(self) at 2:1
  macro Py_END_CRITICAL_SECTION() at 3:1
  return null
}
)"});
  EXPECT_THAT(P.accesses("Conn.n"),
              ElementsAre("10: slow writes {this _object.ob_mutex} attached own from run/method",
                          "12: slow writes {} perhaps {this _object.ob_mutex} detached own from run/method",
                          "14: slow writes {this _object.ob_mutex} attached own from run/method"));
  EXPECT_THAT(P.facts("broken"), ElementsAre("2: broken section of self->ob_mutex"));
}

TEST(CriticalSections, OfAMutexIsThatMutex) {
  LockProgram P = method(R"(
  macro Py_BEGIN_CRITICAL_SECTION_MUTEX(&self->Conn::m) at 1:1
  call mark() at 2:1
  macro Py_END_CRITICAL_SECTION() at 3:1
  call PyMutex_Lock(&self->Conn::m) at 4:1
  call mark() at 5:1
  call PyMutex_Unlock(&self->Conn::m) at 6:1
)");
  EXPECT_EQ(P.must(2), "self->m (section)");
  EXPECT_EQ(P.must(5), "self->m (py-mutex)");
}

TEST(CriticalSections, LeftByReturn) {
  LockProgram P = method(R"(
  macro Py_BEGIN_CRITICAL_SECTION(self) at 1:1
  branch n ? bad : good
bad:
  return null at 2:1
good:
  macro Py_END_CRITICAL_SECTION() at 3:1
)");
  EXPECT_THAT(P.facts("left"), ElementsAre("2: left inside self->ob_mutex"));
}

TEST(CriticalSections, EndWithoutBegin) {
  LockProgram P = method("  macro Py_END_CRITICAL_SECTION() at 3:1\n");
  EXPECT_THAT(P.facts("unmatched"), ElementsAre("3: unmatched end ?"));
}

TEST(LockGuards, HoldFromConstructionToDestruction) {
  LockProgram P = cxx(R"(
  construct #1(&g, &s->S::m) at 1:1
  call mark() at 2:1
  destroy #6(&g) implicit at 3:1
  call mark() at 4:1
)");
  EXPECT_EQ(P.must(2), "s->m (std)");
  EXPECT_EQ(P.may(4), "");
}

TEST(LockGuards, Deferred) {
  LockProgram P = cxx(R"(
  construct #2(&g, &s->S::m, %1) at 1:1
  call mark() at 2:1
  call #7(&g) at 3:1
  call mark() at 4:1
  call #8(&g) at 5:1
  call mark() at 6:1
  destroy #6(&g) implicit at 7:1
  call mark() at 8:1
)");
  EXPECT_EQ(P.may(2), "");
  EXPECT_EQ(P.must(4), "s->m (std)");
  EXPECT_EQ(P.may(6), "");
  EXPECT_FALSE(P.uncertain(8));
}

TEST(LockGuards, TriedAndAsked) {
  LockProgram P = cxx(R"(
  construct #3(&g, &s->S::m, %1) at 1:1
  %2 = call #9(&g) at 2:1
  branch %2 ? got : not
got:
  call mark() at 3:1
not:
  call mark() at 4:1
  destroy #6(&g) implicit at 5:1
  call mark() at 6:1
)");
  EXPECT_EQ(P.must(3), "s->m (std)");
  EXPECT_EQ(P.must(4), "");
  EXPECT_EQ(P.may(4), "s->m (std)");
  EXPECT_EQ(P.may(6), "");
}

TEST(LockGuards, Adopted) {
  LockProgram P = cxx(R"(
  call std::mutex::lock(&s->S::m) at 1:1
  construct #4(&g, &s->S::m, %1) at 2:1
  call mark() at 3:1
  destroy #6(&g) implicit at 4:1
  call mark() at 5:1
)");
  EXPECT_EQ(P.must(3), "s->m (std)");
  EXPECT_EQ(P.may(5), "");
  EXPECT_THAT(P.facts("double"), IsEmpty());
}

TEST(LockGuards, MovedToAnother) {
  LockProgram P = cxx(R"(
  construct #1(&g, &s->S::m) at 1:1
  %1 = call #12(&g) at 2:1
  construct #5(&h, %1) at 3:1
  destroy #6(&g) implicit at 4:1
  call mark() at 5:1
  destroy #6(&h) implicit at 6:1
  call mark() at 7:1
)");
  EXPECT_EQ(P.must(5), "s->m (std)");
  EXPECT_EQ(P.may(7), "");
}

TEST(LockGuards, OfTwoLocks) {
  LockProgram P = cxx(R"(
  construct #10(&g, &s->S::m, &@a) at 1:1
  call mark() at 2:1
  destroy #11(&g) implicit at 3:1
  call mark() at 4:1
)");
  EXPECT_EQ(P.must(2), "a (std), s->m (std)");
  EXPECT_EQ(P.may(4), "");
}

TEST(LockGuards, OfTheProject) {
  LockProgram P = cxx(R"(
  construct Guard::Guard(&own, &s->S::m) at 1:1
  call mark() at 2:1
  destroy Guard::~Guard(&own) implicit at 3:1
  call mark() at 4:1
)");
  EXPECT_EQ(P.must(2), "s->m (std)");
  EXPECT_EQ(P.may(4), "");
}
