// Facts about locks that rules build on: orders, waits to attach, what entries of the program leave held.
#include "flow/tests/LockProgram.h"

using namespace gilray::test;
using testing::ElementsAre;
using testing::IsEmpty;

namespace {

LockProgram method(llvm::StringRef Body, llvm::StringRef More = "") {
  return LockProgram({(R"(unit "a.c" py=0x030d00f0
record Conn pyobject {
  lock: pthread_mutex_t
  n: int
}
global @A: pthread_mutex_t
global @B: pthread_mutex_t
global @flag: pthread_once_t
global @m: PyMethodDef = {.ml_meth = fn run}
)" + More + R"(
function run(self: Conn *, other: Conn *): PyObject * internal {
  var save: PyThreadState *
)" + Body + R"(
  return null at 99:1
}
)")
                          .str()});
}

std::vector<std::string> names(llvm::ArrayRef<gilray::flow::LockSets::Entry> Entries, const LockProgram &P) {
  std::vector<std::string> Out;
  for (const auto &E : Entries)
    Out.push_back(P.program().fn(E.Fn).Name.str());
  return Out;
}

} // namespace

TEST(LockFacts, OrderOfTwoLocks) {
  LockProgram P = method(R"(
  call pthread_mutex_lock(&@A) at 2:1
  call helper() at 3:1
  call pthread_mutex_unlock(&@A) at 4:1
  call helper() at 5:1
)",
                         R"(
function helper(): void internal {
  call pthread_mutex_lock(&@B) at 20:1
  call pthread_mutex_unlock(&@B) at 21:1
  return
}
)");
  EXPECT_THAT(P.facts("order"), ElementsAre("3: order of A"));
}

TEST(LockFacts, ATryLockHasNoOrder) {
  LockProgram P = method(R"(
  call pthread_mutex_lock(&@A) at 2:1
  %1 = call pthread_mutex_trylock(&@B) at 3:1
  call pthread_mutex_unlock(&@A) at 4:1
)");
  EXPECT_THAT(P.facts("order"), IsEmpty());
}

TEST(LockFacts, LocksThatOneCallTakesHaveNoOrder) {
  LockProgram P = method("  call std::lock[std](&@A, &@B) at 2:1\n");
  EXPECT_EQ(P.facts("taken").size(), 2u);
  EXPECT_THAT(P.facts("order"), IsEmpty());
}

TEST(LockFacts, ReleasedBeforeTheThreadAttachesAgain) {
  LockProgram P = method(R"(
  call pthread_mutex_lock(&@A) at 2:1
  %1 = call PyEval_SaveThread() at 3:1
  assign save = %1
  call pthread_mutex_unlock(&@A) at 4:1
  call PyEval_RestoreThread(save) at 5:1
)");
  EXPECT_THAT(P.facts("attach while"), IsEmpty());
}

TEST(LockFacts, HeldUntilTheThreadAttachesAgain) {
  LockProgram P = method(R"(
  call pthread_mutex_lock(&@A) at 2:1
  %1 = call PyEval_SaveThread() at 3:1
  assign save = %1
  call PyEval_RestoreThread(save) at 5:1
  call pthread_mutex_unlock(&@A) at 6:1
)");
  EXPECT_THAT(P.facts("attach while"), ElementsAre("5: attach while holding A"));
}

TEST(LockFacts, AHelperThatOnlyDetachesDoesNotAttach) {
  LockProgram P =
      method(R"(
  call pthread_mutex_lock(&@A) at 2:1
  %1 = call leave() at 3:1
  assign save = %1
  call pthread_mutex_unlock(&@A) at 4:1
  call PyEval_RestoreThread(save) at 5:1
)",
             "function leave(): PyThreadState * internal { %1 = call PyEval_SaveThread() at 20:1; return %1 }\n");
  EXPECT_THAT(P.facts("attach while"), IsEmpty());
}

TEST(LockFacts, TheBodyOfAOnceRunsUnderItsFlag) {
  LockProgram P = method("  call pthread_once(&@flag, fn init) at 2:1\n", R"(
function init(): void internal { %1 = call PyImport_ImportModule("x") at 20:1; return }
)");
  EXPECT_THAT(P.facts("attach while"), ElementsAre("2: attach while holding flag"));
}

TEST(LockFacts, ALockMadeWithAttributesMayBeRecursive) {
  const char *Body = R"(
  call pthread_mutex_lock(&self->Conn::lock) at 2:1
  call pthread_mutex_lock(&self->Conn::lock) at 3:1
)";
  auto Init = [](llvm::StringRef Attributes) {
    return "function init(c: Conn *, a: void *): void { call pthread_mutex_init(&c->Conn::lock, " + Attributes.str() +
           ") at 20:1; return }\n";
  };
  EXPECT_THAT(method(Body, Init("a")).facts("double"), IsEmpty());
  EXPECT_THAT(
      method("  call lock(&self->Conn::lock) at 2:1\n  call lock(&self->Conn::lock) at 3:1\n",
             Init("a") + "function lock(x: pthread_mutex_t *): void { call pthread_mutex_lock(x) at 30:1; return }\n")
          .facts("double"),
      IsEmpty());
  EXPECT_THAT(method(Body, Init("null")).facts("double"), ElementsAre("3: double self->lock"));
}

TEST(LockFacts, ADestroyedLockIsNotHeld) {
  LockProgram P = method(R"(
  call pthread_mutex_lock(&self->Conn::lock) at 2:1
  call pthread_mutex_destroy(&self->Conn::lock) at 3:1
  call mark() at 4:1
)");
  EXPECT_EQ(P.may(4), "");
}

TEST(LockFacts, ATryLockThatIsRepeatedWaits) {
  const char *Loop = R"(
  loop again
again: loop=1
  %1 = call pthread_mutex_trylock(&@A) at 2:1
  branch %1 ? more : got
more: loop=1
  EXTRA
  jump again
got:
  call pthread_mutex_unlock(&@A) at 4:1
)";
  auto With = [&](llvm::StringRef Extra) {
    std::string Text = Loop;
    Text.replace(Text.find("EXTRA"), 5, Extra.str());
    return method(Text);
  };
  EXPECT_THAT(With("call sched_yield() at 3:1").facts("taken"), ElementsAre("2: taken A attached"));
  EXPECT_THAT(With("%2 = call PyErr_CheckSignals() at 3:1").facts("taken"), IsEmpty()) << "it gives others a chance";
}

TEST(LockFacts, WhatEntriesLeaveHeldAndGiveBack) {
  LockProgram P = method("  call take() at 2:1\n", R"(
global @m2: PyMethodDef = {.ml_meth = fn release}
function take(): void internal { call pthread_mutex_lock(&@A) at 20:1; return }
function release(self: Conn *, x: PyObject *): PyObject * internal {
  call pthread_mutex_unlock(&@A) at 30:1
  return null
}
)");
  gilray::link::EventRef At;
  P.point(20, &At);
  gilray::flow::NameId Class = P.locks().classOf(P.locks().action(At).Locks.front());
  EXPECT_THAT(names(P.locks().leftHeld(Class), P), ElementsAre("run"));
  EXPECT_THAT(names(P.locks().givenBack(Class), P), ElementsAre("release"));
}
