// Macros of modelled headers: one event per expansion, arguments extracted as written, locations the user's.
#include "extract/tests/Snippet.h"

namespace gilray::extract::test {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(ExtractMacros, OneEventInsteadOfTheBody) {
  auto S = c("#include <Python.h>\nvoid f(PyObject *o) {\n  Py_DECREF(o);\n}\n");
  std::string F = S->function("f");
  EXPECT_THAT(F, HasSubstr("macro Py_DECREF(o) at 3:3-15"));
  EXPECT_THAT(F, Not(HasSubstr("_Py_Dealloc")));
  EXPECT_THAT(F, Not(HasSubstr("branch")));
}

TEST(ExtractMacros, ArgumentsAreExtracted) {
  auto S = c(R"(#include <Python.h>
PyObject *make(void);
struct S { PyObject *cb; };
void f(struct S *s) { Py_INCREF(make()); Py_CLEAR(s->cb); }
)");
  std::string F = S->function("f");
  EXPECT_THAT(F, HasSubstr("%0 = call make()"));
  EXPECT_THAT(F, HasSubstr("macro Py_INCREF(%0)"));
  EXPECT_THAT(F, HasSubstr("macro Py_CLEAR(s->S::cb)"));
}

TEST(ExtractMacros, ProjectMacrosAreExpandedAndNamedInTheChain) {
  auto S = c("#include <Python.h>\n#define HOLD(x) Py_INCREF(x)\nvoid f(PyObject *o) {\n  HOLD(o);\n}\n");
  EXPECT_THAT(S->function("f"), HasSubstr("macro Py_INCREF(o) at 4:3-10^"));
  EXPECT_THAT(S->text(), HasSubstr("{ HOLD at 2:17 }"));
}

TEST(ExtractMacros, ValueOfAnExpressionMacro) {
  auto S = c(R"(#include <Python.h>
PyObject *f(PyObject *o, int i) { return PyList_GET_ITEM(o, i); }
void g(PyObject *o, PyObject *v) { PyList_GET_ITEM(o, 0) = v; }
)");
  EXPECT_THAT(S->function("f"), HasSubstr("%0 = macro PyList_GET_ITEM(o, i)"));
  EXPECT_THAT(S->function("f"), HasSubstr("return %0"));
  // As a place to store to, the expansion is the path it names.
  EXPECT_THAT(S->function("g"), HasSubstr("macro PyList_GET_ITEM(o, 0)"));
  EXPECT_THAT(S->function("g"), HasSubstr("PyListObject::ob_item = v"));
}

TEST(ExtractMacros, ShortCircuitInsideTheBodyIsOneCondition) {
  auto S = c("#include <Python.h>\nvoid use(void); void f(PyObject *o) { if (PyFake_Check(o)) use(); }");
  std::string F = S->function("f");
  EXPECT_THAT(F, HasSubstr("%0 = macro PyFake_Check(o)"));
  EXPECT_THAT(F, HasSubstr("branch %0 ?"));
  EXPECT_THAT(F, Not(HasSubstr("branch unknown")));
}

TEST(ExtractMacros, ReturnInsideTheBodyStays) {
  auto S = c(R"(#include <Python.h>
typedef int (*visitproc)(PyObject *, void *);
struct S { PyObject *cb; };
int tr(struct S *self, visitproc visit, void *arg) { Py_VISIT(self->cb); return 0; }
)");
  std::string F = S->function("tr");
  EXPECT_THAT(F, HasSubstr("macro Py_VISIT(self->S::cb)"));
  EXPECT_THAT(F, HasSubstr("return 0"));
  EXPECT_THAT(F, HasSubstr("return at"));
  EXPECT_THAT(F, Not(HasSubstr("call via visit")));
}

TEST(ExtractMacros, AMacroInAnArgumentThatIsEvaluatedTwice) {
  auto S = c(R"(#include <Python.h>
typedef int (*visitproc)(PyObject *, void *);
int tr(PyObject *self, visitproc visit, void *arg) { Py_VISIT(Py_TYPE(self)); return 0; }
)");
  EXPECT_THAT(S->function("tr"), HasSubstr("%0 = macro Py_TYPE(self)"));
  EXPECT_THAT(S->function("tr"), HasSubstr("macro Py_VISIT(%0)"));
}

TEST(ExtractMacros, ObjectMacrosAreExpanded) {
  auto S = c(R"(#include <Python.h>
void slow(void);
PyObject *f(void) {
  Py_BEGIN_ALLOW_THREADS
  slow();
  Py_END_ALLOW_THREADS
  Py_RETURN_NONE;
})");
  std::string F = S->function("f");
  EXPECT_THAT(F, HasSubstr("call PyEval_SaveThread() at 4:3-25^"));
  EXPECT_THAT(F, HasSubstr("assign _save = %0 at 4:3-25^"));
  EXPECT_THAT(F, HasSubstr("call PyEval_RestoreThread(_save) at 6:3-23^"));
  EXPECT_THAT(F, HasSubstr("macro Py_INCREF(&@_Py_NoneStruct) at 7:3-17^"));
  EXPECT_THAT(S->text(), HasSubstr("{ Py_BEGIN_ALLOW_THREADS python at Python.h:"));
}

TEST(ExtractMacros, FunctionPointerMacrosNameTheCallee) {
  auto S = c("#include <Python.h>\nPyObject *f(PyObject *o) {\n  return PyFake_Call(o, 3);\n}\n");
  EXPECT_THAT(S->function("f"), HasSubstr("%0 = call PyFake_Call(o, 3) at 3:10-27"));
  EXPECT_THAT(S->function("f"), Not(HasSubstr("FakeAPI"))) << "the macro's own table is no business of the user's";
}

TEST(ExtractMacros, ABranchInsideTheBodyDoesNotHideTheValue) {
  auto S = c("#include <Python.h>\nint *f(int n) { int *p = PyMem_New(int, n); return p; }");
  std::string F = S->function("f");
  EXPECT_THAT(F, HasSubstr("%0 = macro PyMem_New(unknown, n)"));
  EXPECT_THAT(F, HasSubstr("assign p = %0"));
  EXPECT_THAT(F, Not(HasSubstr("branch")));
}

TEST(ExtractMacros, ArgumentsPutTogetherByAnotherMacro) {
  auto S = c(R"(#include <Python.h>
struct S { PyObject *a, *b; };
#define FIELDS(X) X(a) X(b)
#define CLEAR(f) Py_CLEAR(s->f);
void f(struct S *s) { FIELDS(CLEAR) }
)");
  std::string F = S->function("f");
  EXPECT_THAT(F, HasSubstr("macro Py_CLEAR(s->S::a)"));
  EXPECT_THAT(F, HasSubstr("macro Py_CLEAR(s->S::b)"));
}

TEST(ExtractMacros, BracesAlone) {
  auto S = c(R"(#include <Python.h>
void a(void); void b(void);
void f(PyObject *self, int n) {
  Py_BEGIN_CRITICAL_SECTION(self);
  if (n) a();
  Py_END_CRITICAL_SECTION();
  b();
}
void g(PyObject *o) {
  Py_BEGIN_CRITICAL_SECTION(o);
  a();
  Py_END_CRITICAL_SECTION();
})");
  std::string F = S->function("f"), G = S->function("g");
  size_t Begin = F.find("macro Py_BEGIN_CRITICAL_SECTION(self) at 4:3"), A = F.find("branch n"),
         End = F.find("macro Py_END_CRITICAL_SECTION()"), B = F.find("call b()");
  EXPECT_LT(Begin, A);
  EXPECT_LT(A, End);
  EXPECT_LT(End, B);
  EXPECT_NE(B, std::string::npos);
  EXPECT_LT(G.find("call a()"), G.find("macro Py_END_CRITICAL_SECTION()"));
  EXPECT_NE(G.find("macro Py_END_CRITICAL_SECTION()"), std::string::npos);
}

namespace {

const char SectionsInArms[] = R"(#include <Python.h>
void a(void); void b(void);
void f(PyObject *self, int n) {
  if (n > 1) {
    Py_BEGIN_CRITICAL_SECTION(self);
    a();
    Py_END_CRITICAL_SECTION();
  } else if (n) {
    b();
  }
})";

/// The end of the section stands behind the call in it and before the next branch is reached.
void expectClosedInItsArm(const std::string &F) {
  size_t Begin = F.find("macro Py_BEGIN_CRITICAL_SECTION(self)"), A = F.find("call a()"),
         End = F.find("macro Py_END_CRITICAL_SECTION()");
  ASSERT_NE(End, std::string::npos) << F;
  EXPECT_LT(Begin, A) << F;
  EXPECT_LT(A, End) << F;
  EXPECT_EQ(F.substr(A, End - A).find(":\n"), std::string::npos) << "in the block of the call:\n" << F;
}

} // namespace

TEST(ExtractMacros, AClosingBraceBelongsBehindWhatIsBeforeIt) {
  expectClosedInItsArm(c(SectionsInArms)->function("f"));
}

TEST(ExtractMacros, AStatementOfTheMacroStandsForItsClosingBrace) {
  Snippet S;
  S.fakePython().file("inc/Python.h", std::string(FakePython) + R"(
#undef Py_BEGIN_CRITICAL_SECTION
#undef Py_END_CRITICAL_SECTION
typedef struct { void *p; } PyCriticalSection;
void PyCriticalSection_Begin(PyCriticalSection *c, PyObject *o);
void PyCriticalSection_End(PyCriticalSection *c);
#define Py_BEGIN_CRITICAL_SECTION(op) { PyCriticalSection _cs; PyCriticalSection_Begin(&_cs, (PyObject *)(op))
#define Py_END_CRITICAL_SECTION() PyCriticalSection_End(&_cs); }
)");
  expectClosedInItsArm(S.file("a.c", SectionsInArms).extract("a.c").function("f"));
}

TEST(ExtractMacros, LibcMacrosAreExpanded) {
  auto S = c("#include <assert.h>\nint ok(int); void f(int n) { assert(ok(n)); }");
  EXPECT_THAT(S->function("f"), HasSubstr("= call ok(n)"));
  EXPECT_THAT(S->function("f"), HasSubstr("call __assert_fail"));
}

TEST(ExtractMacros, ArgumentLocationIsWhereItIsWritten) {
  auto S = c(
      "#include <Python.h>\n#define TWICE(x) ((x) + (x))\nint get(int);\nint f(int n) {\n  return TWICE(get(n));\n}\n");
  EXPECT_THAT(S->function("f"), HasSubstr("call get(n) at 5:16-22"));
}

TEST(ExtractMacros, RealPython) {
  std::string Include = pythonInclude();
  if (Include.empty())
    GTEST_SKIP() << "no python3 with headers on the PATH";
  Snippet S;
  S.include(Include)
      .file("a.c", R"(#include <Python.h>
typedef struct { PyObject_HEAD PyObject *cb; } Thing;
static int tr(Thing *self, visitproc visit, void *arg) { Py_VISIT(self->cb); return 0; }
static PyObject *m(Thing *self, PyObject *args) {
  Py_BEGIN_ALLOW_THREADS
  Py_CLEAR(self->cb);
  Py_END_ALLOW_THREADS
  if (PyTuple_GET_SIZE(args) == 0 || PyList_Check(args))
    Py_RETURN_NONE;
  Py_XINCREF(self->cb);
  return self->cb;
}
static void del(Thing *self) { Py_XDECREF(self->cb); Py_TYPE(self)->tp_free((PyObject *)self); }
static PyMethodDef methods[] = {{"m", (PyCFunction)m, METH_VARARGS, NULL}, {NULL}};
)")
      .extract("a.c");
  EXPECT_TRUE(S.unit().Issues.empty());
  std::string M = S.function("m");
  EXPECT_THAT(M, HasSubstr("macro Py_CLEAR(self->Thing::cb)"));
  EXPECT_THAT(M, HasSubstr("macro Py_XINCREF(self->Thing::cb)"));
  EXPECT_THAT(M, HasSubstr("macro PyTuple_GET_SIZE(args)"));
  EXPECT_THAT(M, HasSubstr("= macro PyList_Check(args)"));
  EXPECT_THAT(M, HasSubstr("call PyEval_RestoreThread(_save)"));
  EXPECT_THAT(M, Not(HasSubstr("unknown")));
  EXPECT_THAT(S.function("del"), HasSubstr("macro Py_XDECREF(self->Thing::cb)"));
  EXPECT_THAT(S.function("del"), HasSubstr("_typeobject::tp_free((self as struct _object *))"));
  EXPECT_THAT(S.function("tr"), HasSubstr("macro Py_VISIT(self->Thing::cb)"));
  const ir::Record *R = S.record("Thing");
  ASSERT_TRUE(R);
  EXPECT_TRUE(R->PythonObject);
  EXPECT_GE(S.unit().Facts.PyVersionHex, 0x03000000u);
}

} // namespace
} // namespace gilray::extract::test
