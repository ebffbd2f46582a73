// The access table: every place that touches a global or a field, with the locks of its callers.
#include "flow/tests/LockProgram.h"

using namespace gilray::test;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

namespace {

const char Header[] = R"(unit "a.c" py=0x030d00f0
record Conn pyobject {
  lock: pthread_mutex_t
  n: int
  next: Conn *
}
global @G: pthread_mutex_t
global @count: int
)";

LockProgram program(llvm::StringRef Text) { return LockProgram({Header + Text.str()}); }

} // namespace

TEST(LockAccesses, GlobalsUnderTheSameLock) {
  LockProgram P = program(R"(
global @m: PyMethodDef = {.ml_meth = fn put}
global @k: PyMethodDef = {.ml_meth = fn get}
function bump(): void internal { write @count = @count + 1 compound at 10:1; return }
function put(self: PyObject *): PyObject * internal {
  call pthread_mutex_lock(&@G) at 2:1
  call bump() at 3:1
  call pthread_mutex_unlock(&@G) at 4:1
  return null
}
function get(self: PyObject *): PyObject * internal {
  call pthread_mutex_lock(&@G) at 5:1
  read @count at 6:1
  call pthread_mutex_unlock(&@G) at 7:1
  return null
}
)");
  EXPECT_THAT(P.accesses("@count"), ElementsAre("10: bump updates {G} attached from put/method",
                                                "6: get reads {G} attached from get/method"));
  EXPECT_EQ(P.common("@count"), "G");
}

TEST(LockAccesses, OneWayWithoutTheLock) {
  LockProgram P = program(R"(
global @m: PyMethodDef = {.ml_meth = fn put}
global @k: PyMethodDef = {.ml_meth = fn reset}
function bump(): void internal { write @count = 1 at 10:1; return }
function put(self: PyObject *): PyObject * internal {
  call pthread_mutex_lock(&@G) at 2:1
  call bump() at 3:1
  call pthread_mutex_unlock(&@G) at 4:1
  return null
}
function reset(self: PyObject *): PyObject * internal { call bump() at 5:1; return null }
)");
  EXPECT_THAT(P.accesses("@count"), ElementsAre("10: bump writes {G} attached from put/method",
                                                "10: bump writes {} attached from reset/method"));
  EXPECT_EQ(P.common("@count"), "");
}

TEST(LockAccesses, FieldsUnderTheObjectsOwnLock) {
  LockProgram P = program(R"(
global @m: PyMethodDef = {.ml_meth = fn put}
global @k: PyMethodDef = {.ml_meth = fn move}
function set(c: Conn *): void internal { write c->Conn::n = 1 at 10:1; return }
function put(op: PyObject *): PyObject * internal {
  var self: Conn *
  assign self = (op as Conn *)
  call pthread_mutex_lock(&self->Conn::lock) at 2:1
  call set(self) at 3:1
  call pthread_mutex_unlock(&self->Conn::lock) at 4:1
  return null
}
function move(self: Conn *, other: Conn *): PyObject * internal {
  call pthread_mutex_lock(&self->Conn::lock) at 5:1
  write self->Conn::n = 2 at 6:1
  write other->Conn::n = 2 at 7:1
  call pthread_mutex_unlock(&self->Conn::lock) at 8:1
  return null
}
)");
  EXPECT_THAT(P.accesses("Conn.n"), ElementsAre("10: set writes {this Conn.lock} attached own from put/method",
                                                "6: move writes {this Conn.lock} attached own from move/method",
                                                "7: move writes {some Conn.lock} attached from move/method"));
  EXPECT_EQ(P.common("Conn.n"), "");
  EXPECT_EQ(P.common("Conn.n", true), "this Conn.lock");
}

TEST(LockAccesses, AReadLockDoesNotGuardAWrite) {
  LockProgram P = program(R"(
global @rw: pthread_rwlock_t
global @m: PyMethodDef = {.ml_meth = fn put}
function put(self: PyObject *): PyObject * internal {
  call pthread_rwlock_rdlock(&@rw) at 2:1
  write @count = 1 at 3:1
  call pthread_rwlock_unlock(&@rw) at 4:1
  return null
}
)");
  EXPECT_EQ(P.common("@count"), "");
}

TEST(LockAccesses, AttachedOrNotAtTheAccess) {
  LockProgram P = program(R"(
global @m: PyMethodDef = {.ml_meth = fn put}
function put(self: PyObject *): PyObject * internal {
  write @count = 1 at 2:1
  released {
    write @count = 2 at 4:1
  }
  write @count = 3 at 6:1
  return null
}
)");
  EXPECT_THAT(P.accesses("@count"),
              ElementsAre("2: put writes {} attached from put/method", "4: put writes {} detached from put/method",
                          "6: put writes {} attached from put/method"));
}

TEST(LockAccesses, FreshObjectsUntilTheyArePublished) {
  LockProgram P = program(R"(
global @last: Conn *
global @m: PyMethodDef = {.ml_meth = fn make}
function make(type: PyTypeObject *): PyObject * internal {
  var self: Conn *
  %1 = call PyType_GenericAlloc(type, 0) at 1:1
  assign self = (%1 as Conn *)
  branch self == null ? failed : fine
failed:
  return null
fine:
  write self->Conn::n = 1 at 2:1
  call setup(self) at 3:1
  write @last = self at 4:1
  write self->Conn::n = 3 at 5:1
  return self
}
function setup(c: Conn *): void internal { write c->Conn::n = 2 at 10:1; return }
)");
  EXPECT_THAT(P.accesses("Conn.n"), ElementsAre("2: make writes {} attached fresh from make/method",
                                                "5: make writes {} attached from make/method",
                                                "10: setup writes {} attached fresh from make/method"));
}

TEST(LockAccesses, AFactoryReturnsAFreshObject) {
  LockProgram P = program(R"(
global @m: PyMethodDef = {.ml_meth = fn copy}
function make(): Conn * internal {
  %1 = call malloc[libc](40) at 1:1
  return %1
}
function copy(self: Conn *): PyObject * internal {
  var c: Conn *
  %1 = call make() at 2:1
  assign c = %1
  write c->Conn::n = 1 at 3:1
  return c
}
)");
  EXPECT_THAT(P.accesses("Conn.n"), ElementsAre("3: copy writes {} attached fresh from copy/method"));
}

TEST(LockAccesses, OwnObjectOfTheRoot) {
  LockProgram P = program(R"(
global @t: PyTypeObject = {.tp_dealloc = fn dealloc}
function drop(c: Conn *): void internal { write c->Conn::n = 0 at 10:1; return }
function dealloc(self: Conn *): void internal {
  call drop(self) at 1:1
  call drop(self->Conn::next) at 2:1
  return
}
)");
  EXPECT_THAT(P.accesses("Conn.n"), ElementsAre("10: drop writes {} attached own from dealloc/dealloc",
                                                "10: drop writes {} attached from dealloc/dealloc"));
}

TEST(LockAccesses, AddressesHandedToUnknownFunctions) {
  LockProgram P = program(R"(
global @m: PyMethodDef = {.ml_meth = fn put}
function put(self: Conn *): PyObject * internal {
  call fill(&@count) at 2:1
  macro Py_CLEAR(self->Conn::next) at 3:1
  return null
}
)");
  EXPECT_THAT(P.accesses("@count"), ElementsAre("2: put passes {} attached from put/method"));
  EXPECT_THAT(P.accesses("Conn.next"), ElementsAre("3: put updates {} attached own from put/method"));
}

TEST(LockAccesses, ThreadsAndCallbacksAreRootsToo) {
  LockProgram P = program(R"(
function work(p: void *): void * internal { write @count = 1 at 1:1; return null }
function start(): void { call pthread_create(null, null, fn work, null) at 9:1; write @count = 2 at 2:1; return }
)");
  auto A = P.accessesOf("@count");
  ASSERT_THAT(A, SizeIs(2));
  EXPECT_EQ(A[0].Threads, gilray::flow::ArrivesDetached);
  EXPECT_EQ(A[1].Threads, gilray::flow::ArrivesUnknown) << "nothing says that Python code calls it";
}

TEST(LockAccesses, TooManyWaysAreMergedAndSaySo) {
  std::string Text = "function leaf(): void internal { write @count = 1 at 99:1; return }\n";
  for (int I = 0; I < 5; ++I) {
    std::string N = std::to_string(I);
    Text += "global @L" + N + ": pthread_mutex_t\nfunction f" + N + "(): void { call pthread_mutex_lock(&@L" + N +
            ")\n call leaf()\n call pthread_mutex_unlock(&@L" + N + ")\n return\n}\n";
  }
  gilray::flow::LockBudget B;
  B.Contexts = 3;
  LockProgram P({Header + Text}, B);
  auto A = P.accesses("@count");
  ASSERT_THAT(A, SizeIs(3));
  EXPECT_THAT(A[2], testing::HasSubstr("merged"));
  EXPECT_THAT(A[2], testing::HasSubstr("writes {} perhaps {L2, L3, L4}"));
}

TEST(LockAccesses, RecursionKeepsTheLockOfItsCaller) {
  LockProgram P = program(R"(
global @m: PyMethodDef = {.ml_meth = fn put}
function walk(n: int): void internal {
  write @count = n at 1:1
  branch n ? more : done
more:
  call walk(n - 1) at 2:1
done:
  return
}
function put(self: PyObject *): PyObject * internal {
  call pthread_mutex_lock(&@G) at 3:1
  call walk(3) at 4:1
  call pthread_mutex_unlock(&@G) at 5:1
  return null
}
)");
  EXPECT_THAT(P.accesses("@count"), ElementsAre("1: walk writes {G} attached from put/method"));
  EXPECT_THAT(P.incomplete(), IsEmpty());
}

TEST(LockAccesses, SameResultTwice) {
  LockProgram A = program("function f(c: Conn *): void { call pthread_mutex_lock(&c->Conn::lock) at 1:1; return }\n");
  LockProgram B = program("function f(c: Conn *): void { call pthread_mutex_lock(&c->Conn::lock) at 1:1; return }\n");
  std::string X, Y;
  llvm::raw_string_ostream XS(X), YS(Y);
  dumpLocks(A.locks(), A.program(), XS);
  dumpLocks(B.locks(), B.program(), YS);
  EXPECT_EQ(XS.str(), YS.str());
}
