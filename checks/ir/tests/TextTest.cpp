// The text form: round trips, what may be left out, and the place of every error.
#include "ir/Text.h"
#include "RandomUnit.h"
#include "UnitText.h"
#include "ir/Binary.h"
#include "ir/Validate.h"
#include <gmock/gmock.h>

using namespace gilray::ir;
using gilray::ir::test::parsed;
using gilray::ir::test::printed;
using testing::HasSubstr;
using testing::StartsWith;

static std::string bytes(const Unit &U) {
  std::string Result;
  llvm::raw_string_ostream OS(Result);
  writeBinary(U, OS);
  return Result;
}

static std::string errorOf(StringRef Text) {
  auto U = parseText(Text);
  if (U)
    return "no error";
  return toString(U.takeError());
}

/// "LINE:COLUMN: message"
static bool hasPlace(StringRef Error) {
  unsigned Line, Column;
  return !Error.consumeInteger(10, Line) && Error.consume_front(":") && !Error.consumeInteger(10, Column) &&
         Error.starts_with(": ");
}

/// The value of `return` in a function with variables a, b, p, self.
static std::string roundTrip(const std::string &Expression) {
  Unit U = parsed("function f(a, b, p, self) { return " + Expression + " }");
  std::string Text = printed(U);
  size_t Start = Text.find("return ");
  return Start == std::string::npos ? "" : Text.substr(Start + 7, Text.find('\n', Start) - Start - 7);
}

TEST(Text, CanonicalTextIsAFixedPoint) {
  const char Text[] =
      R"ir(unit "/src/a.c" lang=c++ py=0x030d00f0 limited=0x030a0000 gil_disabled ndebug nb_free_threaded flags=0x12ab
file 1 project "/src/a.c"
file 2 python "/inc/Python.h"
file 3 project "/src/util.h"
chain 1 { OUTER at util.h:3:9-20, Py_BEGIN_ALLOW_THREADS python at Python.h:7:1 }
type 1 record "struct Conn" record=Conn
type 2 pointer "struct Conn *" inner=#1 const
type 3 int "int" volatile atomic
type 4 record "std::vector<int>" record=std::vector args=(#3, #4)
type 5 array "int[3]" inner=#3 extent=3
callee 1 PyEval_SaveThread id="c:@F@PyEval_SaveThread" header=Python.h result=struct Conn * nothrow
callee 2 "Foo::operator()" internal record=Foo params=(struct Conn *, int) template=("std::vector<int>") variadic
callee 3 Py_DECREF header=Python.h noreturn returns_twice virtual
record Conn spelling="struct Conn" bases=("std::vector<int>") pyobject polymorphic destructor="d" at 1:1-3:2 {
  db: struct Conn *
  "odd name"
}
global @methods: int id="c:a.c@methods" internal at 5:1 = { { .ml_name = "f", .ml_meth = fn PyEval_SaveThread }, {}, 1 spelled Py_mod_exec, &@methods: int at 6:3-9, null, -7 } sized
global @tls thread_local extern dynamic owner="f"
toplevel PYBIND11_MODULE("name" at 9:17-21, "m") body="c:@F@init" at 9:1
group "defined(A) && \"x\"" taken names=("a", "b") at 10:1-20:1
group "" after=1 at 20:1-22:1
suppress next_line checks=("gilray-*") at 21:3
issue "'x.h' file not found" fatal at util.h:1:10
map a.c:7 to util.h:3 on
map a.c:9 to #0:0

function "ns::f<int>"(self: struct Conn * at 30:7, n): int id="c:@F@f" inline kind=method body=errors noreturn nothrow virtual record=ns header=util.h overrides=("a", "b") at 30:1-5 end 60:2 {
  var i: int at 31:7
  var i: int at 40:7
  var "null"
  captures { &x: int = *self, y = n }
  loop b1 bound=n work=3 at 32:3
  loop b2 parent=1
  b0:
    %1 = call PyEval_SaveThread() unwind=b3 at 33:5-9^1
    assign i = %1 compound
    construct "Foo::operator()"(&i, lambda("Foo::operator()", 1)) implicit type="std::vector<int>"
    branch i < 5{MAX} && !self->Conn::db ? b1 : none at 34:7
  b1: loop=1
    write self->Conn::db = null order=relaxed volatile
    macro Py_DECREF(#3, #4)
    %2 = call via (self->Conn::cb : int)("a\x00\xff\n", (self as struct Conn *))
    switch n { 1: b1, 2..5: b2, -3: none, default: b3 }
  b2: loop=2
    guard_enter @"c:a.c@x"
    guard_leave @"c:a.c@x"
    destroy ?(&i) implicit
    fork PyEval_SaveThread(&i)
    read @methods callee=PyEval_SaveThread args=(i) order=seq_cst
    jump b1 by continue
  b3:
    throw i to b2
  b4:
    resume
  b5:
    indirect i to b1, b2
  b6:
    return by end
  b7:
    unreachable
}
)ir";
  EXPECT_EQ(printed(parsed(Text)), Text);
}

TEST(Text, ExpressionsKeepTheirShape) {
  for (const char *E : {"a",
                        "*p",
                        "&a",
                        "**p",
                        "&&a",
                        "*&a",
                        "!a",
                        "!!a",
                        "--a",
                        "-(5)",
                        "-5",
                        "~-5",
                        "- -5",
                        "a - -5",
                        "a - b - 1",
                        "a - (b - 1)",
                        "a + b * 2",
                        "(a + b) * 2",
                        "a << 1 | b & 3 ^ 1",
                        "a == b != 0",
                        "(a && b || a) && b",
                        "a & &b",
                        "a && &b",
                        "p->f",
                        "p->Conn::f",
                        "p->ns::Conn::f",
                        "p->\"T<1>\"::f",
                        "p->Conn::\"g h\"",
                        "(&a)->f",
                        "self->a.b.c",
                        "self->a->b",
                        "(*p : int).f",
                        "p[1]",
                        "*p[1]",
                        "(*p)[1]",
                        "&p[a + 1]",
                        "&*p",
                        "(p as Conn *)",
                        "(p as const char *)",
                        "(p as \"void (*)(int)\")",
                        "(p as ?)",
                        "(a : unsigned long)",
                        "(unknown : int)",
                        "5{PY_X}",
                        "5{\"a b\"}",
                        "(5)[1]",
                        "\"\\x00\\xff\\n\\\"\\\\\"",
                        "null",
                        "undef",
                        "@g",
                        "@ns::g",
                        "@\"a b\"",
                        "fn f",
                        "&fn f",
                        "(fn f)[0]",
                        "lambda(f)",
                        "%12",
                        "a <= b",
                        "a > b",
                        "a / b % 2",
                        "-9223372036854775808",
                        "9223372036854775807"}) {
    std::string Expected = E;
    if (Expected == "- -5")
      Expected = "-(-5)";
    if (Expected == "p->Conn::\"g h\"") // a quoted field needs its record quoted
      Expected = "p->\"Conn\"::\"g h\"", E = "p->\"Conn\"::\"g h\"";
    EXPECT_EQ(roundTrip(E), Expected);
  }
}

TEST(Text, RandomUnitsSurvive) {
  for (unsigned Seed = 0; Seed != 2000; ++Seed) {
    Unit U = test::randomUnit(Seed);
    ASSERT_FALSE(findDefect(U)) << "seed " << Seed << ": " << *findDefect(U);
    std::string Text = printed(U);
    auto Again = parseText(Text);
    ASSERT_TRUE(bool(Again)) << "seed " << Seed << ": " << toString(Again.takeError()) << "\n" << Text;
    ASSERT_EQ(printed(*Again), Text) << "seed " << Seed;
    test::renumberValues(U);
    test::renumberValues(*Again);
    ASSERT_EQ(bytes(*Again), bytes(U)) << "seed " << Seed << ": printing lost something\n" << Text;
  }
}

TEST(Text, MostMayBeLeftOut) {
  Unit U = parsed(R"(
    function f(self: Conn *) {        // no unit line, no labels, no terminator
      call helper(); %1 = call PyEval_SaveThread()
      call mylib_wait[system]()
      branch %1 ? yes : no
    yes: call Py_BuildValue[project]()
    no:
    }
    function helper() internal id="c:a.c@helper" { return }
  )");
  ASSERT_EQ(U.Functions.size(), 2u);
  const Function &F = U.Functions[0];
  ASSERT_EQ(F.Blocks.size(), 3u);
  EXPECT_EQ(F.Id, "f");
  EXPECT_EQ(F.Blocks[1].Term.Kind, TermKind::Jump);
  EXPECT_EQ(F.Blocks[1].Term.Succs[0], 2u);
  EXPECT_EQ(F.Blocks[2].Term.Kind, TermKind::Return);
  EXPECT_EQ(F.Blocks[2].Term.Jump, JumpKind::EndOfFunction);

  auto CalleeOf = [&](BlockId B, size_t E) -> const Callee & { return U.Callees[F.Blocks[B].Events[E].Callee]; };
  EXPECT_EQ(CalleeOf(0, 0).Id, "c:a.c@helper") << "a definition in the unit is what a name means";
  EXPECT_EQ(CalleeOf(0, 0).Link, Linkage::Internal);
  auto ClassOf = [&](const Callee &C) { return U.Files[C.Header].Class; };
  EXPECT_EQ(ClassOf(CalleeOf(0, 0)), HeaderClass::Project);
  EXPECT_EQ(ClassOf(CalleeOf(0, 1)), HeaderClass::Python);
  EXPECT_EQ(ClassOf(CalleeOf(0, 2)), HeaderClass::System);
  EXPECT_EQ(ClassOf(CalleeOf(1, 0)), HeaderClass::Project);

  const Type &Pointer = U.Types[F.Vars[0].Type];
  EXPECT_EQ(Pointer.Kind, TypeKind::Pointer);
  EXPECT_EQ(U.Types[Pointer.Inner].Kind, TypeKind::Record);
  EXPECT_EQ(U.Types[Pointer.Inner].Record, "Conn");
}

TEST(Text, TypesAreGuessedFromTheirSpelling) {
  Unit U =
      parsed("function f(a: const char *const, b: unsigned long, c: struct Conn &, d: Item[5], e: \"std::vector<int>\","
             " f: \"_Atomic(int)\", g: enum Color, h: \"void (*)(int)\") {}");
  const Function &F = U.Functions[0];
  auto TypeOf = [&](VarId V) -> const Type & { return U.Types[F.Vars[V].Type]; };
  EXPECT_EQ(TypeOf(0).Kind, TypeKind::Pointer);
  EXPECT_TRUE(TypeOf(0).Const);
  EXPECT_TRUE(U.Types[TypeOf(0).Inner].Const);
  EXPECT_EQ(U.Types[TypeOf(0).Inner].Kind, TypeKind::Int);
  EXPECT_EQ(TypeOf(1).Kind, TypeKind::Int);
  EXPECT_EQ(TypeOf(2).Kind, TypeKind::Reference);
  EXPECT_EQ(U.Types[TypeOf(2).Inner].Record, "Conn");
  EXPECT_EQ(TypeOf(3).Kind, TypeKind::Array);
  EXPECT_EQ(U.Types[TypeOf(3).Inner].Record, "Item");
  EXPECT_EQ(TypeOf(4).Record, "std::vector");
  EXPECT_TRUE(TypeOf(5).Atomic);
  EXPECT_EQ(TypeOf(5).Kind, TypeKind::Int);
  EXPECT_EQ(TypeOf(6).Kind, TypeKind::Enum);
}

TEST(Text, GlobalsAreNamedOrMeantById) {
  Unit U = parsed("global @g id=\"c:a.c@g\"\nfunction f() {\n read @g\n read @\"g\"\n read @other\n}");
  const Function &F = U.Functions[0];
  auto Id = [&](size_t E) { return F.Values[F.Blocks[0].Events[E].Src].Str; };
  EXPECT_EQ(Id(0), "c:a.c@g");
  EXPECT_EQ(Id(1), "g");
  EXPECT_EQ(Id(2), "other");
}

TEST(Text, GlobalsMayBeNamedBeforeTheirLine) {
  Unit U = parsed("global @type = { &@methods }\nglobal @methods: \"a[3]\" owner=\"id=\" id=\"c:methods\" = null\n");
  EXPECT_EQ(U.Globals[0].Value.Elems[0].Str, "c:methods");
  EXPECT_THAT(printed(U), HasSubstr("{ &@methods }"));
}

TEST(Text, EqualPathsAreOneValue) {
  Unit U = parsed("function f(p) {\n read p->A::x\n read p->A::x\n read p->B::x\n}");
  const auto &Events = U.Functions[0].Blocks[0].Events;
  EXPECT_EQ(Events[0].Src, Events[1].Src);
  EXPECT_NE(Events[0].Src, Events[2].Src);
}

TEST(Text, ErrorsSayWhereAndWhat) {
  const std::pair<const char *, const char *> Cases[] = {
      {"nonsense", "1:1: expected unit, file, chain"},
      {"unit \"a.c\"\nfunction f( {", "2:13: expected a name"},
      {"unit \"a", "1:6: this string does not end"},
      {"unit \"a\\q\"", "unknown escape"},
      {"unit \"a\" lang=fortran", "1:15: expected a language, one of: c, c++"},
      {"unit \"a\" weird", "1:10: unknown word 'weird'"},
      {"unit \"a\" py", "'py' needs a value"},
      {"file 2 project \"a\"", "1:6: expected file 1"},
      {"type 1 int \"int\" inner=#7", "refers to a type that is not in it"},
      {"type 1 pointer \"int\" inner=#1", "its own pointee"},
      {"function f() {\n  assign x = 1\n}", "2:10: unknown variable 'x'"},
      {"function f() {\n  jump nowhere\n}", "2:8: there is no block 'nowhere'"},
      {"function f() {\na:\nreturn\na:\n}", "4:1: there are two blocks 'a'"},
      {"function f() {\n return\n call g()\n}", "3:2: expected a label"},
      {"function f() {\n  frobnicate\n}", "2:3: expected call, macro"},
      {"function f() {\n  call g(1 2)\n}", "2:12: expected ',' or ')'"},
      {"function f() {\n  call g() at 3\n}", "2:16: expected ':'"},
      {"function f() {\n  call g() at 3:4^9\n}", "2:19: there is no macro chain 9"},
      {"function f() {\n  branch 1\n}", "a branch has two successors"},
      {"function f() {\n  switch 1 { 1: a }\na:\n}", "one default"},
      {"function f() {\n  %1 = return\n}", "2:8: expected call"},
      {"function f() {\n  return 99999999999999999999\n}", "2:10: this number is too large"},
      {"function f() {\n  return 9223372036854775808\n}", "2:10: this number is too large"},
      {"function f() {\n  return #4\n}", "no variable #4"},
      {"function f() {\n  return lambda(g, 1)\n}", "a lambda without its captures"},
      {"function f() {\n  return (1 as 5)\n}", "2:16: expected a type"},
      {"function f() {\n  call #8()\n}", "2:8: there is no callee #8"},
      {"function f() {\n  call g[rust]()\n}", "2:10: expected a header class"},
      {"function f() {\n  call g()\n  call g[python]()\n}", "3:8: 'g' was used before"},
      {"function f() {\n  call g()\n}\ncallee g noreturn", "4:8: 'g' was used before this line"},
      {"function f() {\n  loop none\n}", "a loop whose header does not exist"},
      {"function f() {\na: loop=1\n}", "no loop 1"},
      {"function f(null) {}", "1:12: 'null' cannot be a plain name"},
      {"function f() {", "1:15: expected '}'"},
      {"global g", "1:8: expected '@'"},
      {"global @g = [1]", "1:13: expected an initialiser"},
  };
  for (auto [Text, Expected] : Cases)
    EXPECT_THAT(errorOf(Text), HasSubstr(Expected)) << Text;
}

TEST(Text, DeepNestingIsAnErrorNotACrash) {
  for (const char *Open : {"(", "*", "-", "a["}) {
    std::string Text = "function f(a) {\n  return ";
    for (unsigned I = 0; I != 100000; ++I)
      Text += Open;
    EXPECT_THAT(errorOf(Text), HasSubstr("nested too deeply")) << Open;
  }
  std::string Braces = "global @g = " + std::string(100000, '{');
  EXPECT_THAT(errorOf(Braces), HasSubstr("nested too deeply"));
  // Chains to the left do not nest in the text, but would in the solver.
  std::string Sum = "function f(a) {\n  return a";
  for (unsigned I = 0; I != 100000; ++I)
    Sum += " + a";
  EXPECT_THAT(errorOf(Sum + "\n}"), HasSubstr("nested too deeply"));
}

TEST(Text, DamagedTextIsAnErrorNotACrash) {
  for (unsigned Seed = 0; Seed != 40; ++Seed) {
    std::string Text = printed(test::randomUnit(Seed));
    for (size_t Length = 0; Length < Text.size(); Length += 7) {
      auto U = parseText(StringRef(Text).take_front(Length));
      if (U)
        EXPECT_FALSE(findDefect(*U));
      else
        EXPECT_TRUE(hasPlace(toString(U.takeError())));
    }
    for (size_t I = 0; I < Text.size(); I += 11) {
      std::string Changed = Text;
      Changed[I] = "\0\n\"{}()#@%^:-=~"[(I / 11) % 15];
      auto U = parseText(Changed);
      if (U)
        EXPECT_FALSE(findDefect(*U));
      else
        EXPECT_TRUE(hasPlace(toString(U.takeError())));
    }
  }
}
