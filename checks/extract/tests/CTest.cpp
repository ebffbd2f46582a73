// C: control flow, access paths, assignments, calls.
#include "extract/tests/Snippet.h"

namespace gilray::extract::test {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(ExtractC, ConditionalReleaseKeepsItsCondition) {
  auto S = c(R"(#include <Python.h>
long slow(long);
long f(long n) {
  PyThreadState *save = 0;
  if (n > 500) save = PyEval_SaveThread();
  n = slow(n);
  if (save) PyEval_RestoreThread(save);
  return n;
})");
  std::string F = S->function("f");
  EXPECT_THAT(F, HasSubstr("assign save = null"));
  EXPECT_THAT(F, HasSubstr("branch n > 500 ? b1 : b2"));
  EXPECT_THAT(F, HasSubstr("%0 = call PyEval_SaveThread()"));
  EXPECT_THAT(F, HasSubstr("assign save = %0"));
  EXPECT_THAT(F, HasSubstr("branch save ? "));
  EXPECT_THAT(F, HasSubstr("call PyEval_RestoreThread(save)"));
  EXPECT_THAT(F, HasSubstr("return n"));
}

TEST(ExtractC, EdgesThatAreNeverTakenAreLeftOut) {
  // Each body calls use() on the edge in question, if there is one.
  auto S = c(R"(
#define DEBUG 0
enum { Off };
static char name[8];
void use(void);
void macro(int n) { if (DEBUG) use(); }
void array(int n) { if (!name) use(); }
void range(int n) { if (n > 5 && n < 3) use(); }
void forever(int n) { while (1) ; use(); }
void partly(int n) { if (n && Off) use(); }
void open(int n, char *p) { if (n && !p) use(); }
)");
  for (const char *Never : {"macro", "array", "range", "forever", "partly"})
    EXPECT_THAT(S->function(Never), Not(HasSubstr("call use()"))) << Never;
  EXPECT_THAT(S->function("open"), HasSubstr("call use()"));
}

TEST(ExtractC, PathsHaveOneForm) {
  auto S = c(R"(
struct in { int x; };
struct rec { struct in *p; struct in s; int a[4]; union { int u; char v; }; };
void use(int);
void f(struct rec *r, int *q, int i) {
  use((*r).p->x);
  use(r->s.x);
  use(*q + q[0]);
  use(*(q + i) + q[i] + *(i + q));
  use(r->a[i]);
  use(*(r->a + i));
  use(*&i);
  use(r->u);
})");
  std::string F = S->function("f");
  EXPECT_THAT(F, HasSubstr("call use(r->rec::p->in::x)"));
  EXPECT_THAT(F, HasSubstr("call use(r->rec::s.in::x)"));
  EXPECT_THAT(F, HasSubstr("call use(*q + *q)"));
  EXPECT_THAT(F, HasSubstr("call use((*q)[i] + (*q)[i] + (*q)[i])"));
  EXPECT_THAT(F, HasSubstr("call use(r->rec::a[i])"));
  EXPECT_EQ(F.find("call use(r->rec::a[i])"), F.find("call use(r->rec::a[")); // both spellings are one path
  EXPECT_THAT(F, HasSubstr("call use(i)"));
  EXPECT_THAT(F, HasSubstr("call use(r->rec::u)")); // anonymous members are transparent
}

TEST(ExtractC, ConditionsAreNormalised) {
  auto S = c(R"(
void use(void);
void f(char *p, int n) {
  if (0 == n) use();
  if (!(p != 0)) use();
  if (!!n) use();
  if (__builtin_expect(p == 0, 0)) use();
  if (5 < n) use();
})");
  std::string F = S->function("f");
  EXPECT_THAT(F, HasSubstr("branch n == 0 ?"));
  EXPECT_THAT(F, HasSubstr("branch p == null ?"));
  EXPECT_THAT(F, HasSubstr("branch n != 0 ?"));
  EXPECT_THAT(F, HasSubstr("branch n > 5 ?"));
  EXPECT_THAT(F, Not(HasSubstr("__builtin_expect")));
}

TEST(ExtractC, ShortCircuitBranchesOnLeaves) {
  auto S = c("int a(void), b(void); void use(void); void f(int n) { if ((n && a()) || b()) use(); }");
  std::string F = S->function("f");
  EXPECT_THAT(F, HasSubstr("branch n ?"));
  EXPECT_THAT(F, HasSubstr("%0 = call a()"));
  EXPECT_THAT(F, HasSubstr("branch %0 ?"));
  EXPECT_THAT(F, HasSubstr("%1 = call b()"));
  EXPECT_THAT(F, HasSubstr("branch %1 ?"));
}

TEST(ExtractC, ConditionalExpressionAssignsATemporaryInEachArm) {
  auto S = c("int a(void); int f(int n) { return n ? a() : (n > 1 ? 2 : 3); } int g(int n) { return n ?: 7; }");
  std::string F = S->function("f");
  EXPECT_THAT(F, HasSubstr("= call a()"));
  EXPECT_THAT(F, ::testing::ContainsRegex("assign %[0-9] = 2"));
  EXPECT_THAT(F, ::testing::ContainsRegex("return %[0-9]"));
  EXPECT_THAT(F, Not(HasSubstr("= unknown")));
  std::string G = S->function("g");
  EXPECT_THAT(G, HasSubstr("assign %0 = n"));
  EXPECT_THAT(G, HasSubstr("assign %0 = 7"));
}

TEST(ExtractC, JumpsSayWhatTheyAre) {
  auto S = c(R"(
int step(void);
int f(int n) {
  for (int i = 0; i < n; i++) {
    if (step() < 0) goto out;
    if (i == 3) break;
    if (i == 2) continue;
    step();
  }
  return 1;
out:
  return -1;
})");
  std::string F = S->function("f");
  EXPECT_THAT(F, HasSubstr(" by goto at 5:21"));
  EXPECT_THAT(F, HasSubstr(" by break"));
  EXPECT_THAT(F, HasSubstr(" by continue"));
  EXPECT_THAT(F, HasSubstr("return -1"));
  ASSERT_EQ(S->unit().Functions[0].Loops.size(), 1u);
  EXPECT_THAT(F, HasSubstr("bound=n"));
}

TEST(ExtractC, EndOfFunctionIsTheClosingBrace) {
  auto S = c("void g(void);\nvoid f(int n) {\n  if (n)\n    g();\n}\n");
  EXPECT_THAT(S->function("f"), HasSubstr("return by end at 5:1"));
}

TEST(ExtractC, SwitchHasRangesAndDefaultLast) {
  auto S = c(R"(
enum E { A = 4, B };
int f(int n) {
  switch (n) {
  case A: return 1;
  case 10 ... 12: n = 2; /* falls through */
  case B: return n;
  default: return 0;
  }
})");
  std::string F = S->function("f");
  EXPECT_THAT(F,
              ::testing::ContainsRegex("switch n \\{ 4: b[0-9]+, 10..12: b[0-9]+, 5: b[0-9]+, default: b[0-9]+ \\}"));
}

TEST(ExtractC, NoReturnEndsThePath) {
  auto S = c("void die(void) __attribute__((noreturn)); int f(int n) { if (n) die(); return 2; }");
  EXPECT_THAT(S->function("f"), HasSubstr("unreachable"));
  EXPECT_THAT(S->text(), HasSubstr("callee 1 f "));
}

TEST(ExtractC, CallsThroughPointersAndFields) {
  auto S = c(R"(
struct ops { int (*go)(int); };
int f(struct ops *o, int (*cb)(int)) { return o->go(1) + (*cb)(2) + cb(3); }
)");
  std::string F = S->function("f");
  EXPECT_THAT(F, HasSubstr("call via o->ops::go(1)"));
  EXPECT_THAT(F, HasSubstr("call via cb(2)"));
  EXPECT_THAT(F, HasSubstr("call via cb(3)"));
}

TEST(ExtractC, LocalAggregatesAreWrittenFieldByField) {
  auto S = c(R"(#include <Python.h>
static PyObject *m(PyObject *s, PyObject *a) { return s; }
void reg(PyMethodDef *);
void f(void) {
  PyMethodDef defs[] = {{"m", (PyCFunction)(void (*)(void))m, METH_VARARGS, .ml_doc = "d"}, {0}};
  reg(defs);
})");
  std::string F = S->function("f");
  EXPECT_THAT(F, HasSubstr("defs[0].PyMethodDef::ml_name = \"m\""));
  EXPECT_THAT(F, HasSubstr("defs[0].PyMethodDef::ml_meth = fn m"));
  EXPECT_THAT(F, HasSubstr("defs[1].PyMethodDef::ml_name = null"));
  EXPECT_THAT(F, HasSubstr("call reg(&defs[0])"));
}

TEST(ExtractC, CompoundAssignmentAndIncrement) {
  auto S = c("int g; void use(int); void f(int *p, int n) { g += n; (*p)++; use(n++); ++n; *p++ = 3; }");
  std::string F = S->function("f");
  EXPECT_THAT(F, HasSubstr("write @g = @g + n compound"));
  EXPECT_THAT(F, HasSubstr("write *p = *p + 1 compound"));
  EXPECT_THAT(F, HasSubstr("assign %0 = n"));
  EXPECT_THAT(F, HasSubstr("call use(%0)"));
  EXPECT_THAT(F, HasSubstr("write *%1 = 3"));
}

TEST(ExtractC, StatementExpressionsAndCommas) {
  auto S = c("int a(void); int f(int n) { int r = ({ int t = a(); t + n; }); r = (a(), 5); return r; }");
  std::string F = S->function("f");
  EXPECT_THAT(F, HasSubstr("assign t = %0"));
  EXPECT_THAT(F, HasSubstr("assign r = t + n"));
  EXPECT_THAT(F, HasSubstr("\n    call a()"));
  EXPECT_THAT(F, HasSubstr("assign r = 5"));
}

TEST(ExtractC, UninitialisedIsUndef) {
  auto S = c("int f(void) { int n; return n; }");
  EXPECT_THAT(S->function("f"), HasSubstr("assign n = undef"));
}

TEST(ExtractC, VolatileAndAtomicAccesses) {
  auto S = c(R"(
_Atomic int a; volatile int v; int plain;
void f(void) { a = 1; v = 2; __atomic_store_n(&plain, 3, __ATOMIC_RELEASE); plain = v; }
int g(void) { return __atomic_load_n(&plain, __ATOMIC_ACQUIRE); }
)");
  std::string F = S->function("f");
  EXPECT_THAT(F, ::testing::ContainsRegex("write @a = 1.*seq_cst"));
  EXPECT_THAT(F, ::testing::ContainsRegex("write @v = 2.*volatile"));
  EXPECT_THAT(F, ::testing::ContainsRegex("write @plain.*release"));
  EXPECT_THAT(S->function("g"), ::testing::ContainsRegex("read @plain.*acquire"));
}

TEST(ExtractC, CleanupAttributeRunsAtScopeEnd) {
  auto S = c("void done(int *); void work(void); void f(void) { __attribute__((cleanup(done))) int x = 1; work(); }");
  std::string F = S->function("f");
  EXPECT_THAT(F, HasSubstr("call done(&x) implicit"));
  EXPECT_LT(F.find("call work"), F.find("call done"));
}

TEST(ExtractC, BodyOfParallelRegionIsOutlined) {
  auto S = c(R"(#include <Python.h>
void f(int n) {
#pragma omp parallel
  { PyLong_FromLong(n); }
})");
  EXPECT_THAT(S->function("f"), HasSubstr("fork"));
  EXPECT_THAT(S->function("f"), Not(HasSubstr("PyLong_FromLong")));
  EXPECT_THAT(S->function("f (omp body)"), HasSubstr("call PyLong_FromLong(*n)"));
}

TEST(ExtractC, LongExpressionsAreBounded) {
  std::string Sum = "n";
  for (int I = 0; I < 3000; ++I)
    Sum += " + n";
  auto S = c("int f(int n) { return " + Sum + "; }");
  EXPECT_THAT(S->function("f"), HasSubstr("return"));
}

} // namespace
} // namespace gilray::extract::test
