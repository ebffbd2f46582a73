// Lock sets on programs in text IR: what is held at an event, what a function does to its caller's locks.
#include "flow/tests/LockProgram.h"

using namespace gilray::test;
using testing::ElementsAre;
using testing::IsEmpty;

namespace {

/// A method with a `Conn *self`; `mark()` calls are the places that tests look at.
LockProgram method(llvm::StringRef Body, llvm::StringRef More = "", llvm::StringRef Unit = "") {
  return LockProgram({("unit \"a.c\" py=0x030d00f0 " + Unit + R"(
record Conn pyobject {
  lock: pthread_mutex_t
  other: pthread_mutex_t
  rw: pthread_rwlock_t
  tl: void *
  n: int
  next: Conn *
}
global @G: pthread_mutex_t
global @flag: pthread_once_t
global @m: PyMethodDef = {.ml_meth = fn run}
)" + More + R"(
function run(self: Conn *, other: Conn *, n: int): PyObject * internal {
  var rc: int, c: Conn *, save: PyThreadState *
)" + Body + R"(
  return null at 99:1
}
)")
                          .str()});
}

} // namespace

TEST(LockSets, HeldBetweenLockAndUnlock) {
  LockProgram P = method(R"(
  call mark() at 1:1
  call pthread_mutex_lock(&self->Conn::lock) at 2:1
  call mark() at 3:1
  call pthread_mutex_unlock(&self->Conn::lock) at 4:1
  call mark() at 5:1
)");
  EXPECT_EQ(P.must(1), "");
  EXPECT_EQ(P.must(3), "self->lock (pthread)");
  EXPECT_EQ(P.must(5), "");
}

TEST(LockSets, MustAndMayAfterOneBranch) {
  LockProgram P = method(R"(
  branch n ? yes : done
yes:
  call pthread_mutex_lock(&@G) at 2:1
done:
  call mark() at 3:1
)");
  EXPECT_EQ(P.must(3), "");
  EXPECT_EQ(P.may(3), "G (pthread)");
}

TEST(LockSets, EqualConditionsStayCorrelated) {
  LockProgram P = method(R"(
  branch n > 3 ? yes : middle
yes:
  call pthread_mutex_lock(&@G) at 2:1
middle:
  branch n > 3 ? again : done
again:
  call mark() at 3:1
  call pthread_mutex_unlock(&@G) at 4:1
done:
  call mark() at 5:1
)");
  EXPECT_EQ(P.must(3), "G (pthread)");
  EXPECT_EQ(P.may(5), "");
  EXPECT_THAT(P.facts("leak"), IsEmpty());
}

TEST(LockSets, ConditionIsForgottenWhenItsVariableChanges) {
  LockProgram P = method(R"(
  branch n > 3 ? yes : middle
yes:
  call pthread_mutex_lock(&@G) at 2:1
middle:
  assign n = unknown
  branch n > 3 ? again : done
again:
  call mark() at 3:1
done:
)");
  EXPECT_EQ(P.must(3), "");
  EXPECT_EQ(P.may(3), "G (pthread)");
}

TEST(LockSets, TryLockIsHeldWhereItSucceeded) {
  LockProgram P = method(R"(
  %1 = call pthread_mutex_trylock(&@G) at 2:1
  assign rc = %1
  branch rc == 0 ? got : not
got:
  call mark() at 3:1
  call pthread_mutex_unlock(&@G) at 4:1
  jump done
not:
  call mark() at 5:1
done:
  call mark() at 6:1
)");
  EXPECT_EQ(P.must(3), "G (pthread)");
  EXPECT_EQ(P.may(5), "");
  EXPECT_EQ(P.may(6), "");
}

TEST(LockSets, ThreadLockWithWaitFlagZeroIsATryLock) {
  LockProgram P = method(R"(
  %1 = call PyThread_acquire_lock(self->Conn::tl, 0) at 2:1
  branch !%1 ? wait : got
wait:
  call mark() at 3:1
  %2 = call PyEval_SaveThread() at 4:1
  assign save = %2
  call PyThread_acquire_lock(self->Conn::tl, 1) at 5:1
  call mark() at 6:1
  call PyEval_RestoreThread(save) at 7:1
got:
  call mark() at 8:1
  call PyThread_release_lock(self->Conn::tl) at 9:1
)");
  EXPECT_EQ(P.must(3), "");
  EXPECT_EQ(P.must(6), "*self->tl (py-thread)");
  EXPECT_EQ(P.must(8), "*self->tl (py-thread)");
  EXPECT_THAT(P.facts("taken"), ElementsAre("5: taken *self->tl detached"));
  EXPECT_THAT(P.facts("attach while"), ElementsAre("7: attach while holding *self->tl"));
}

TEST(LockSets, SharedMode) {
  LockProgram P = method(R"(
  call pthread_rwlock_rdlock(&self->Conn::rw) at 2:1
  call mark() at 3:1
  call pthread_rwlock_unlock(&self->Conn::rw) at 4:1
  call pthread_rwlock_wrlock(&self->Conn::rw) at 5:1
  call mark() at 6:1
)");
  EXPECT_EQ(P.must(3), "self->rw (rwlock, shared)");
  EXPECT_EQ(P.must(6), "self->rw (rwlock)");
}

TEST(LockSets, WrapperLocksForItsCaller) {
  LockProgram P = method(R"(
  assign c = other
  call lock_conn(c) at 2:1
  call mark() at 3:1
  call unlock_conn(other) at 4:1
  call mark() at 5:1
)",
                         R"(
function lock_conn(p: Conn *): void { call pthread_mutex_lock(&p->Conn::lock) at 20:1; return }
function unlock_conn(p: Conn *): void { call pthread_mutex_unlock(&p->Conn::lock) at 21:1; return }
)");
  EXPECT_EQ(P.must(3), "other->lock (pthread)") << "under the caller's name";
  EXPECT_EQ(P.may(5), "");
}

TEST(LockSets, LockOrFailTellsByItsResult) {
  LockProgram P = method(R"(
  %1 = call lock_conn(self) at 2:1
  branch %1 < 0 ? failed : fine
fine:
  branch %1 == -1 ? failed : good
good:
  call mark() at 3:1
  call pthread_mutex_unlock(&self->Conn::lock) at 4:1
  jump done
failed:
  call mark() at 5:1
done:
)",
                         R"(
function lock_conn(p: Conn *): int internal {
  call pthread_mutex_lock(&p->Conn::lock) at 20:1
  branch p->Conn::n ? bad : good
bad:
  call pthread_mutex_unlock(&p->Conn::lock) at 21:1
  return -1 at 22:1
good:
  return 0 at 23:1
}
)");
  EXPECT_EQ(P.must(3), "self->lock (pthread)");
  EXPECT_EQ(P.may(5), "");
}

TEST(LockSets, NestedGuardsAndCountsOfRecursiveLocks) {
  LockProgram P({R"(
unit "a.cpp" lang=c++
record S {
  m: std::recursive_mutex
}
function f(s: S *): void {
  call std::recursive_mutex::lock(&s->S::m) at 1:1
  call std::recursive_mutex::lock(&s->S::m) at 2:1
  call std::recursive_mutex::unlock(&s->S::m) at 3:1
  call mark() at 4:1
  call std::recursive_mutex::unlock(&s->S::m) at 5:1
  call mark() at 6:1
  return
})"});
  EXPECT_EQ(P.must(4), "s->m (std)");
  EXPECT_EQ(P.may(6), "");
  EXPECT_THAT(P.facts("double"), IsEmpty());
}

TEST(LockSets, DoubleLockDirectAndThroughAHelper) {
  LockProgram P = method(R"(
  call pthread_mutex_lock(&self->Conn::lock) at 2:1
  call helper(self) at 3:1
  call helper(other) at 4:1
  call pthread_mutex_lock(&self->Conn::lock) at 5:1
)",
                         R"(
function helper(p: Conn *): void internal {
  call pthread_mutex_lock(&p->Conn::lock) at 20:1
  call pthread_mutex_unlock(&p->Conn::lock) at 21:1
  return
}
)");
  EXPECT_THAT(P.facts("double"), ElementsAre("3: double self->lock", "5: double self->lock"))
      << "another object's lock is another lock";
}

TEST(LockSets, HelperThatGivesTheLockUpFirst) {
  LockProgram P = method(R"(
  call pthread_mutex_lock(&self->Conn::lock) at 2:1
  call relax(self) at 3:1
  call mark() at 4:1
  call pthread_mutex_unlock(&self->Conn::lock) at 5:1
)",
                         R"(
function relax(p: Conn *): void internal {
  call pthread_mutex_unlock(&p->Conn::lock) at 20:1
  call PyErr_CheckSignals() at 21:1
  call pthread_mutex_lock(&p->Conn::lock) at 22:1
  return
}
)");
  EXPECT_EQ(P.must(4), "self->lock (pthread)");
  EXPECT_THAT(P.facts("double"), IsEmpty());
  EXPECT_THAT(P.facts("python under"), IsEmpty()) << "it is not held there";
}

TEST(LockSets, LeakAtOneOfTheExits) {
  LockProgram P = method(R"(
  call pthread_mutex_lock(&self->Conn::lock) at 2:1
  branch n ? bad : good
bad:
  return null at 3:1
good:
  call pthread_mutex_unlock(&self->Conn::lock) at 4:1
)");
  EXPECT_THAT(P.facts("leak"), ElementsAre("3: leak of self->lock"));
}

TEST(LockSets, LeakIsMarkedWhereTheProgramHasAnUnlocker) {
  LockProgram P = method(R"(
  call pthread_mutex_lock(&self->Conn::lock) at 2:1
  branch n ? bad : good
bad:
  return null at 3:1
good:
  call pthread_mutex_unlock(&self->Conn::lock) at 4:1
)",
                         "function done(p: Conn *): void { call pthread_mutex_unlock(&p->Conn::lock); return }\n");
  EXPECT_THAT(P.facts("leak"), ElementsAre("3: leak of self->lock handed"));
}

TEST(LockSets, AttachingAndPythonUnderALock) {
  LockProgram P = method(R"(
  call pthread_mutex_lock(&self->Conn::lock) at 2:1
  call callback() at 3:1
  call pthread_mutex_unlock(&self->Conn::lock) at 4:1
  call callback() at 5:1
)",
                         R"(
function callback(): void internal { %1 = call PyObject_CallNoArgs(null) at 20:1; return }
)");
  EXPECT_THAT(P.facts("python under"), ElementsAre("3: python under self->lock"));
  EXPECT_THAT(P.facts("attach while"), ElementsAre("3: attach while holding self->lock"));
  EXPECT_THAT(P.facts("taken"), ElementsAre("2: taken self->lock attached"));
}

TEST(LockSets, EnsureUnderALockOfAThread) {
  LockProgram P({R"(
unit "a.c"
global @G: pthread_mutex_t
function work(p: void *): void * internal {
  call pthread_mutex_lock(&@G) at 2:1
  %1 = call PyGILState_Ensure() at 3:1
  call mark() at 4:1
  call PyGILState_Release(%1) at 5:1
  call pthread_mutex_unlock(&@G) at 6:1
  return null
}
function start(): void { call pthread_create(null, null, fn work, null) at 9:1; return }
)"});
  EXPECT_THAT(P.facts("attach while"), ElementsAre("3: attach while holding G"));
  EXPECT_THAT(P.facts("taken"), ElementsAre("2: taken G detached"));
}

TEST(LockSets, OnceHoldsItsFlagWhileTheCallbackRuns) {
  LockProgram P = method("  call pthread_once(&@flag, fn init) at 2:1\n", R"(
global @cache: int
function init(): void internal { write @cache = 1 at 20:1; return }
)");
  EXPECT_THAT(P.accesses("@cache"), ElementsAre("20: init writes {flag} attached from run/method"));
}

TEST(LockSets, SpinLockMadeOfAnAtomic) {
  LockProgram P = method(R"(
  loop again
again: loop=1
  write @busy = unknown order=seq_cst compound at 2:1
  assign %1 = unknown
  branch %1 ? again : got
got:
  call mark() at 3:1
  write @busy = 0 order=release at 4:1
  call mark() at 5:1
)",
                         "global @busy: int\n");
  EXPECT_EQ(P.must(3), "busy (spin)");
  EXPECT_EQ(P.may(5), "");
}

TEST(LockSets, ALoopOverAnAtomicWithoutGivingBackIsNoLock) {
  LockProgram P = method(R"(
  loop again
again: loop=1
  write @busy = unknown order=seq_cst compound at 2:1
  assign %1 = unknown
  branch %1 ? again : got
got:
  call mark() at 3:1
)",
                         "global @busy: int\n");
  EXPECT_EQ(P.may(3), "");
}

TEST(LockSets, InitialisationOfALocalStatic) {
  LockProgram P({R"(
unit "a.cpp" lang=c++
global @v: int
function f(): void {
  branch unknown ? done : init
init:
  guard_enter @v at 1:1
  call mark() at 2:1
  guard_leave @v at 3:1
done:
  call mark() at 4:1
  return
})"});
  EXPECT_EQ(P.must(2), "v (static-init)");
  EXPECT_EQ(P.may(4), "");
}

TEST(LockSets, ALockHandedToAnUnknownFunctionIsUncertain) {
  LockProgram P = method(R"(
  call mystery_lock(&self->Conn::lock) at 2:1
  call mark() at 3:1
)");
  EXPECT_TRUE(P.uncertain(3));
}

TEST(LockSets, ALoopThatTakesAnotherObjectsLockEachTime) {
  LockProgram P = method(R"(
  assign c = self
  loop head
head: loop=1
  branch c ? body : done
body: loop=1
  call pthread_mutex_lock(&c->Conn::lock) at 2:1
  call mark() at 3:1
  call pthread_mutex_unlock(&c->Conn::lock) at 4:1
  assign c = c->Conn::next
  jump head
done:
  call mark() at 5:1
)");
  EXPECT_EQ(P.must(3), "c->lock (pthread)");
  EXPECT_EQ(P.may(5), "");
  EXPECT_THAT(P.facts("double"), IsEmpty());
}

TEST(LockSets, ManyStatesMakeTheFunctionIncomplete) {
  std::string Body;
  std::string Globals;
  for (int I = 0; I < 5; ++I) {
    std::string N = std::to_string(I);
    Globals += "global @L" + N + ": pthread_mutex_t\n";
    Body += "  assign n = unknown\n  branch n ? take" + N + " : next" + N + "\ntake" + N +
            ":\n  call pthread_mutex_lock(&@L" + N + ")\nnext" + N + ":\n";
  }
  LockProgram P = method(Body + "  call mark() at 3:1\n", Globals);
  EXPECT_TRUE(P.uncertain(3));
  EXPECT_THAT(P.incomplete(), ElementsAre("run: more than 8 lock states at one place"));
}

TEST(LockSets, ErrorCodesOfOneKindAreOneExit) {
  std::string Body = "  call pthread_mutex_lock(&@G) at 2:1\n";
  for (int I = 1; I <= 12; ++I) {
    std::string N = std::to_string(I);
    Body += "  branch n == " + N + " ? bad" + N + " : ok" + N + "\nbad" + N +
            ":\n  call pthread_mutex_unlock(&@G)\n  return -" + N + "\nok" + N + ":\n";
  }
  LockProgram P =
      method("  %1 = call many(n) at 30:1\n  branch %1 ? failed : fine\nfine:\n  call mark() at 31:1\n"
             "  call pthread_mutex_unlock(&@G) at 32:1\n  jump done\nfailed:\n  call mark() at 33:1\ndone:\n",
             "function many(n: int): int internal {\n" + Body + "  return 0\n}\n");
  EXPECT_EQ(P.must(31), "G (pthread)");
  EXPECT_EQ(P.may(33), "");
  EXPECT_THAT(P.incomplete(), IsEmpty());
}
