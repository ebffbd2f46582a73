// C++: objects, unwinding, lambdas, templates.
#include "extract/tests/Snippet.h"

namespace gilray::extract::test {
namespace {

using ::testing::ContainsRegex;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char *Guards = R"(#include <Python.h>
struct Release { PyThreadState *s; Release() : s(PyEval_SaveThread()) {} ~Release() { PyEval_RestoreThread(s); } };
struct Obj { PyObject *p; explicit Obj(PyObject *q) : p(q) {} Obj(const Obj &o) : p(o.p) { Py_INCREF(p); } ~Obj() { Py_DECREF(p); } };
void work(int); void quiet(int) noexcept; Obj make(int);
)";

std::unique_ptr<Snippet> guarded(llvm::StringRef Code) { return cxx((Guards + Code).str()); }

TEST(ExtractCxx, ObjectsDieInReverseOrder) {
  auto S = guarded("void f(PyObject *o) { Release r; Obj x(o); quiet(1); }");
  std::string F = S->function("f");
  size_t R = F.find("construct Release::Release(&r)"), X = F.find("construct Obj::Obj(&x, o)");
  if (X == std::string::npos)
    X = F.find("(&x, o)");
  size_t DX = F.find("destroy Obj::~Obj(&x)"), DR = F.find("destroy Release::~Release(&r)");
  EXPECT_LT(R, X);
  EXPECT_LT(X, DX);
  EXPECT_LT(DX, DR);
}

TEST(ExtractCxx, UnwindingDestroysWhatIsAlive) {
  auto S = guarded("void f(PyObject *o) { Release r; work(1); Obj x(o); work(2); }");
  const ir::Function *F = S->find("f");
  ASSERT_TRUE(F);
  std::vector<std::vector<std::string>> Chains;
  for (const ir::Event &E : F->Blocks[0].Events)
    if (E.Kind == ir::EventKind::Call && E.Unwind != ir::NoBlock) {
      std::vector<std::string> Chain;
      ir::BlockId B = E.Unwind;
      while (F->Blocks[B].Term.Kind == ir::TermKind::Jump) {
        for (const ir::Event &D : F->Blocks[B].Events)
          Chain.push_back(S->unit().Callees[D.Callee].Name.str());
        B = F->Blocks[B].Term.Succs[0];
      }
      EXPECT_EQ(F->Blocks[B].Term.Kind, ir::TermKind::Resume);
      Chains.push_back(Chain);
    }
  using V = std::vector<std::string>;
  EXPECT_EQ(Chains, (std::vector<V>{V{"Release::~Release"}, V{"Obj::~Obj", "Release::~Release"}}));
}

TEST(ExtractCxx, AConstructorThatThrowsDestroysWhatItBuilt) {
  auto S = guarded("struct Base { Base(); ~Base(); }; struct Part { Part(int); ~Part(); };\n"
                   "struct Whole : Base { Part a, b; Whole() : a(1), b(2) { work(1); } };\n"
                   "struct Again : Base { Part a; Again(int n) : a(n) {} Again() : Again(3) { work(1); } };\n"
                   "void f() { Whole w; Again a; }\n");
  std::string F = S->function("Whole::Whole");
  // After work(1): b, a, the base. After the constructor of b: a, the base.
  size_t Work = F.find("call work(1) unwind="), B = F.find("destroy Part::~Part(&this->Whole::b)"),
         A = F.find("destroy Part::~Part(&this->Whole::a)"), Base = F.find("destroy Base::~Base(");
  EXPECT_LT(Work, B);
  EXPECT_LT(B, A);
  EXPECT_LT(A, Base);
  EXPECT_NE(Base, std::string::npos);
  EXPECT_EQ(F.find("destroy Base::~Base(", Base + 1), std::string::npos); // one chain for both
  // A delegating constructor has a whole object to destroy.
  EXPECT_THAT(S->text(), HasSubstr("destroy Again::~Again(this) implicit"));
}

TEST(ExtractCxx, NoexceptCallsDoNotUnwind) {
  auto S = guarded("void f() { Release r; quiet(1); PyLong_FromLong(3); }");
  EXPECT_THAT(S->function("f"), Not(ContainsRegex("(quiet|PyLong_FromLong)\\([0-9]\\) unwind")));
}

TEST(ExtractCxx, ThrowGoesToTheHandler) {
  auto S = guarded(R"(
void f(PyObject *o) {
  try { Obj x(o); if (!o) throw 1; work(1); } catch (int i) { work(i); } catch (...) { work(3); }
  work(4);
})");
  std::string F = S->function("f");
  EXPECT_THAT(F, HasSubstr("throw to b"));
  EXPECT_THAT(F, ContainsRegex("indirect to b[0-9]+, b[0-9]+ at"));
  EXPECT_THAT(F, HasSubstr("assign i = unknown"));
  EXPECT_THAT(F, HasSubstr("call work(3)"));
  EXPECT_THAT(F, HasSubstr("call work(4)"));
}

TEST(ExtractCxx, HandlerIsReachedFromCallsAlone) {
  auto S = guarded("int f() { try { work(1); } catch (...) { return 2; } return 3; }");
  EXPECT_THAT(S->function("f"), HasSubstr("return 2"));
  EXPECT_THAT(S->function("f"), HasSubstr("return 3"));
}

TEST(ExtractCxx, UncaughtTypesLeaveTheFunction) {
  auto S = guarded("void f(PyObject *o) { Obj x(o); try { work(1); } catch (int) { } }");
  std::string F = S->function("f");
  EXPECT_THAT(F, ContainsRegex("indirect to b[0-9]+, b[0-9]+ at"));
  EXPECT_THAT(F, HasSubstr("resume"));
}

TEST(ExtractCxx, TemporariesDieAtTheEndOfTheExpression) {
  auto S = guarded("void f() { work(make(1).p != nullptr); quiet(2); }");
  std::string F = S->function("f");
  EXPECT_LT(F.find("= call make(1)"), F.find("destroy Obj::~Obj(&%"));
  EXPECT_LT(F.find("destroy Obj::~Obj(&%"), F.find("call quiet(2)"));
}

TEST(ExtractCxx, ConditionalTemporariesHaveAFlag) {
  auto S = guarded("void f(int n, const Obj &o) { work((n ? make(1) : o).p != nullptr); }");
  EXPECT_THAT(S->function("f"), HasSubstr("destroy Obj::~Obj("));
  auto T = guarded("void g(int n) { work(n && make(1).p); }");
  std::string G = T->function("g");
  EXPECT_THAT(G, ContainsRegex("assign %0 = 0 implicit"));
  EXPECT_THAT(G, ContainsRegex("assign %0 = 1 implicit"));
  EXPECT_THAT(G, HasSubstr("branch %0 ?"));
}

TEST(ExtractCxx, AggregateElementsAreNotTemporaries) {
  auto S = guarded("struct Pair { Obj a, b; }; void f(PyObject *o) { Pair p{Obj(o), Obj(o)}; quiet(1); }");
  EXPECT_THAT(S->function("f"), Not(HasSubstr("destroy Obj::~Obj(&%")));
  EXPECT_THAT(S->function("f"), HasSubstr("destroy Pair::~Pair(&p)"));
  std::string D = S->function("Pair::~Pair"); // implicit: members in reverse order
  EXPECT_LT(D.find("&this->Pair::b"), D.find("&this->Pair::a"));
}

TEST(ExtractCxx, ReferencesArePointers) {
  auto S = cxx("struct T { int x; }; void use(int &); void f(T &t, int *p) { int &r = t.x; r = 3; use(r); use(*p); }");
  std::string F = S->function("f");
  EXPECT_THAT(F, HasSubstr("assign r = &t->T::x"));
  EXPECT_THAT(F, HasSubstr("write *r = 3"));
  EXPECT_THAT(F, HasSubstr("call use(r)"));
  EXPECT_THAT(F, HasSubstr("call use(p)"));
}

TEST(ExtractCxx, MethodsConstructorsAndFields) {
  auto S = cxx(R"(
struct C { int n; C *next = nullptr; C(int k) : n(k) {} int get() const { return n; } static int made; };
int C::made = 0;
int f(C &c) { C d(4); ++C::made; return c.get() + d.get(); }
)");
  EXPECT_THAT(S->function("C::C"), HasSubstr("write this->C::n = k"));
  EXPECT_THAT(S->function("C::C"), HasSubstr("write this->C::next = null"));
  EXPECT_THAT(S->function("C::get"), HasSubstr("return this->C::n"));
  EXPECT_THAT(S->function("f"), HasSubstr("call C::get(c)"));
  EXPECT_THAT(S->function("f"), HasSubstr("call C::get(&d)"));
  ASSERT_TRUE(S->global("C::made"));
  EXPECT_EQ(S->global("C::made")->Owner, "C");
}

TEST(ExtractCxx, MembersAreConstructedInPlace) {
  auto S = guarded("struct H { Obj o{nullptr}; Obj q; H() : q(nullptr) {} };");
  EXPECT_THAT(S->function("H::H"), HasSubstr("(&this->H::o, null)"));
  EXPECT_THAT(S->function("H::H"), HasSubstr("(&this->H::q, null)"));
}

TEST(ExtractCxx, VirtualCallsAreMarked) {
  auto S = cxx("struct B { virtual void go(); }; struct D : B { void go() override; }; void D::go() { B::go(); }"
               "void f(B *b) { b->go(); }");
  EXPECT_THAT(S->text(), ContainsRegex("callee [0-9]+ B::go [^\n]*virtual"));
  const ir::Function *F = S->find("D::go");
  ASSERT_TRUE(F);
  EXPECT_EQ(F->Overrides.size(), 1u);
  EXPECT_FALSE(S->unit().Callees[F->Blocks[0].Events[0].Callee].Virtual); // qualified: not dispatched
}

TEST(ExtractCxx, LambdasHaveBodiesAndCaptures) {
  auto S = guarded(R"(
template <class F> void run(F f) { Release r; f(); }
void g(PyObject *o) { int n = 1; run([&n, o] { work(n); Py_INCREF(o); }); }
)");
  EXPECT_THAT(S->function("g"), HasSubstr("captures { &n: int = n, o: struct _object * = o }"));
  EXPECT_THAT(S->function("g"), HasSubstr("call run(lambda("));
  std::string L = S->function("g::lambda::operator()");
  EXPECT_THAT(L, HasSubstr("/lambda0"));
  EXPECT_THAT(L, ContainsRegex("call work\\(\\*this->.*::n\\)"));
  EXPECT_THAT(L, ContainsRegex("macro Py_INCREF\\(this->.*::o\\)"));
  EXPECT_THAT(S->function("run"), HasSubstr("call \"g::lambda::operator()\"(&f)"));
}

TEST(ExtractCxx, LambdaThisIsTheCapturedObject) {
  auto S = cxx("void use(int); struct C { int n; void f() { auto l = [this] { use(n); }; l(); } };");
  EXPECT_THAT(S->function("C::f::lambda::operator()"), ContainsRegex("call use\\(this->.*::this->C::n\\)"));
}

TEST(ExtractCxx, TemplatesAreExtractedPerInstantiation) {
  auto S = cxx("void use(int); void use(long); template <class T> struct Box { T v; void put() { use(v); } };"
               "void f() { Box<int> a{1}; a.put(); Box<long> b{2}; b.put(); }");
  unsigned Count = 0;
  for (const ir::Function &F : S->unit().Functions)
    Count += F.Name == "Box::put";
  EXPECT_EQ(Count, 2u);
}

TEST(ExtractCxx, StaticLocalsAreGuarded) {
  auto S = guarded("Obj &cache() { static Obj o(PyLong_FromLong(1)); return o; }");
  std::string F = S->function("cache");
  EXPECT_LT(F.find("guard_enter @o"), F.find("call PyLong_FromLong(1)"));
  EXPECT_LT(F.find("call PyLong_FromLong(1)"), F.find("guard_leave @o"));
  EXPECT_THAT(F, HasSubstr("return &@o"));
  EXPECT_THAT(S->function("o (destructor)"), HasSubstr("destroy Obj::~Obj(&@o)"));
}

TEST(ExtractCxx, GlobalsHaveInitialisersAndDestructors) {
  auto S = guarded("static Obj g(PyLong_FromLong(2)); int n = 3; static int m = PyLong_FromLong(1) != nullptr;");
  ASSERT_TRUE(S->global("g"));
  EXPECT_TRUE(S->global("g")->DynamicInit);
  EXPECT_FALSE(S->global("n")->DynamicInit);
  EXPECT_THAT(S->function("g (initialiser)"), HasSubstr("(&@g, %0)"));
  EXPECT_THAT(S->function("g (destructor)"), HasSubstr("destroy Obj::~Obj(&@g)"));
  EXPECT_THAT(S->function("m (initialiser)"), HasSubstr("write @m = %0 != null"));
}

TEST(ExtractCxx, NewAndDelete) {
  auto S = guarded("void f(PyObject *o) { Obj *p = new Obj(o); delete p; }");
  std::string F = S->function("f");
  size_t New = F.find("call \"operator new\""), Make = F.find("(%0, o)"), Kill = F.find("destroy Obj::~Obj(p)"),
         Delete = F.find("call \"operator delete\"(p)");
  EXPECT_LT(New, Make);
  EXPECT_LT(Make, Kill);
  EXPECT_LT(Kill, Delete);
  EXPECT_NE(Delete, std::string::npos);
}

TEST(ExtractCxx, DefaultArgumentsAreEvaluatedAtTheCall) {
  auto S = guarded("void take(int n, const Obj &o = make(7)); void f() { take(1); }");
  std::string F = S->function("f");
  EXPECT_LT(F.find("= call make(7)"), F.find("call take(1"));
}

TEST(ExtractCxx, RangeForIsLowered) {
  auto S = cxx("struct It { int *p; int &operator*() const; It &operator++(); bool operator!=(const It &) const; };"
               "struct R { It begin(); It end(); }; void use(int); void f(R &r) { for (int &x : r) use(x); }");
  std::string F = S->function("f");
  EXPECT_THAT(F, HasSubstr("call R::begin"));
  EXPECT_THAT(F, HasSubstr("It::operator!="));
  EXPECT_THAT(F, HasSubstr("call use(*x)"));
  EXPECT_EQ(S->find("f")->Loops.size(), 1u);
}

} // namespace
} // namespace gilray::extract::test
