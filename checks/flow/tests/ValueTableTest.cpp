// Access paths: normal forms that make equal paths equal ids, and rewriting between caller and callee.
#include "flow/ValueTable.h"
#include "flow/tests/TestProgram.h"

using namespace gilray;
using namespace gilray::flow;
using gilray::test::parse;

namespace {

/// A function whose `read` events name paths; path(n) is the n-th.
struct Paths {
  Paths(llvm::StringRef Text, Names &Program) : U(parse(Text)), F(U.Functions.at(0)), Table(F, Program) {}
  ValueId path(unsigned N) const { return Table.of(F.Blocks[0].Events.at(N).Src); }
  ir::Unit U;
  const ir::Function &F;
  ValueTable Table;
};

class AccessPaths : public testing::Test {
protected:
  Names Program;
};

} // namespace

TEST_F(AccessPaths, EqualPathsAreEqualIds) {
  Paths P(R"(unit "a.c"
function f(p: Conn *, q: Conn **, i: int) {
  var c: Conn
  read p->Conn::db
  read (*p).Conn::db
  read *&c
  read c
  read &*q
  read q
  read ((p as Other *))->Conn::db
  read p[i]
  read (*p)[i]
  read *&*&c
})",
          Program);
  EXPECT_EQ(P.path(0), P.path(1));
  EXPECT_EQ(P.path(2), P.path(3));
  EXPECT_EQ(P.path(4), P.path(5));
  EXPECT_EQ(P.path(6), P.path(0)) << "casts are transparent";
  EXPECT_NE(P.path(7), P.path(8));
  EXPECT_EQ(P.path(9), P.path(3));
}

TEST_F(AccessPaths, HoldersOfWhatAPointerLeadsTo) {
  Paths P(R"(unit "a.c"
function f(p: Conn *, i: int) {
  var c: Conn
  read &c.Conn::list[i]
  read c
  read &p->Conn::list[2]
  read p
  read &*p
  read p->Conn::db
  read *p->Conn::db
})",
          Program);
  EXPECT_EQ(P.Table.base(P.path(0)), P.path(1));
  EXPECT_EQ(P.Table.base(P.path(2)), P.path(3));
  EXPECT_EQ(P.Table.base(P.path(4)), P.path(3));
  EXPECT_EQ(P.Table.base(P.path(5)), P.path(5)) << "a pointer that is stored somewhere leads where it leads";
  EXPECT_EQ(P.Table.container(P.path(5)), P.path(3));
  EXPECT_EQ(P.Table.container(P.path(6)), P.path(5));
}

TEST_F(AccessPaths, WhatOccursInAPath) {
  Paths P(R"(unit "a.c"
function f(p: Conn *, i: int) {
  %1 = call g()
  read p->Conn::list[i]
  read p[i]
  read *%1
})",
          Program);
  EXPECT_TRUE(P.Table.mentionsNamed(P.path(1)));
  EXPECT_FALSE(P.Table.mentionsNamed(P.path(2)));
  EXPECT_TRUE(P.Table.mentionsTemp(P.path(3)));
  EXPECT_FALSE(P.Table.mentionsTemp(P.path(1)));
  EXPECT_TRUE(P.Table.mentionsVar(P.path(1), 0) && P.Table.mentionsVar(P.path(1), 1));
  EXPECT_FALSE(P.Table.mentionsVar(P.path(1), 62)) << "shares its bit with variable 0";
  EXPECT_FALSE(P.Table.mentionsVar(P.path(3), 0));
}

TEST_F(AccessPaths, DifferentPathsAreDifferentIds) {
  Paths P(R"(unit "a.c"
function f(p: Conn *, q: Conn *) {
  read p->Conn::db
  read q->Conn::db
  read p->Conn::other
  read p->Pool::db
  read @db
  read p
  read *p
})",
          Program);
  for (unsigned A = 0; A < 7; ++A)
    for (unsigned B = 0; B < A; ++B)
      EXPECT_NE(P.path(A), P.path(B)) << A << " " << B;
}

TEST_F(AccessPaths, OpaquePartsMakeTheWholeOpaque) {
  Paths P(R"(unit "a.c"
function f(p: Conn *) {
  read unknown
  read *unknown
  read (*unknown).Conn::db
  read unknown + 1
  read p == unknown
})",
          Program);
  for (unsigned I = 0; I < 5; ++I)
    EXPECT_EQ(P.path(I), 0u) << I;
}

TEST_F(AccessPaths, ComparisonsHaveOneForm) {
  Paths P(R"(unit "a.c"
function f(n: int, m: int, p: int *) {
  read n > 5
  read n <= 5
  read n == 5
  read 5 == n
  read n != 5
  read null == p
  read p == null
  read n == m
  read m == n
  read n < m
  read n >= m
  read n == 5{LIMIT}
})",
          Program);
  auto Negated = [&](ValueId V) {
    const Node N = P.Table[V];
    return N.Kind == ValueKind::Unary && N.Operator == ir::Op::Not ? N.A : 0;
  };
  EXPECT_EQ(Negated(P.path(0)), P.path(1)) << "n > 5 is !(n <= 5)";
  EXPECT_EQ(P.path(2), P.path(3));
  EXPECT_EQ(Negated(P.path(4)), P.path(2));
  EXPECT_EQ(P.path(5), P.path(6));
  EXPECT_EQ(P.path(7), P.path(8));
  EXPECT_EQ(Negated(P.path(10)), P.path(9)) << "n >= m is !(n < m)";
  EXPECT_EQ(P.path(11), P.path(2)) << "the number counts, not its spelling";
  EXPECT_NE(P.path(1), P.path(9));
}

TEST_F(AccessPaths, CompareFlipsInsteadOfNegating) {
  Paths P("unit \"a.c\"\nfunction f(n: int, m: int) {\n  read n\n  read m\n}", Program);
  ValueId N = P.path(0), M = P.path(1);
  const std::pair<ir::Op, ir::Op> Pairs[] = {
      {ir::Op::Eq, ir::Op::Ne}, {ir::Op::Lt, ir::Op::Ge}, {ir::Op::Le, ir::Op::Gt}};
  for (auto [Plain, Opposite] : Pairs) {
    bool A = false, B = false;
    EXPECT_EQ(P.Table.compare(Plain, N, M, A), P.Table.compare(Opposite, N, M, B));
    EXPECT_FALSE(A);
    EXPECT_TRUE(B);
  }
  bool Flip = false;
  EXPECT_EQ(P.Table.compare(ir::Op::Eq, N, 0, Flip), 0u);
}

TEST_F(AccessPaths, PureCallsAreKeys) {
  Paths P("unit \"a.c\"\nfunction f(n: int, m: int) {\n  read n\n  read m\n}", Program);
  ValueId N = P.path(0), M = P.path(1);
  EXPECT_EQ(P.Table.pureCall("g", {N, M}), P.Table.pureCall("g", {N, M}));
  EXPECT_NE(P.Table.pureCall("g", {N, M}), P.Table.pureCall("g", {M, N}));
  EXPECT_NE(P.Table.pureCall("g", {N, M}), P.Table.pureCall("h", {N, M}));
  EXPECT_NE(P.Table.pureCall("g", {N}), P.Table.pureCall("g", {N, N}));
  EXPECT_EQ(P.Table.pureCall("g", {N, 0}), 0u) << "an opaque argument makes the call opaque";
}

TEST_F(AccessPaths, ExportAndImportAreInverse) {
  Paths Caller(R"(unit "a.c"
function f(self: Conn *, q: Conn **) {
  var local: Conn
  read self
  read self->Conn::db
  read self->Conn::pool->Pool::lock
  read (*q)->Conn::db
  read local.Conn::db
  read @cache.Pool::lock
  read *self
  read local
})",
               Program);
  Paths Callee("unit \"b.c\"\nfunction g(a: Conn *, b: Conn **, c: Conn *) {\n  read a\n}", Program);
  ValueId Local = Caller.Table.of(Caller.F.Blocks[0].Events[7].Src);
  ValueId Args[] = {Caller.path(0), Caller.Table.var(1), Caller.Table.addrOf(Local)};
  for (unsigned I = 0; I < 8; ++I) {
    ValueId Theirs = Caller.Table.exportTo(Callee.Table, Caller.path(I), Args);
    ASSERT_NE(Theirs, 0u) << I;
    EXPECT_EQ(Caller.Table.import(Callee.Table, Theirs, Args), Caller.path(I)) << I;
  }
}

TEST_F(AccessPaths, ExportKnowsWhatTheCalleeCannotSee) {
  Paths Caller(R"(unit "a.c"
function f(self: Conn *, n: int) {
  var local: Conn
  read n
  read local.Conn::db
  read %1
  read n > 5
})",
               Program);
  Paths Callee("unit \"b.c\"\nfunction g(a: Conn *) {\n  read a\n}", Program);
  ValueId Args[] = {Caller.Table.var(0)};
  for (unsigned I = 0; I < 4; ++I)
    EXPECT_EQ(Caller.Table.exportTo(Callee.Table, Caller.path(I), Args), 0u) << I;
}

TEST_F(AccessPaths, ImportDropsWhatHasNoCounterpart) {
  Paths Callee(R"(unit "b.c"
function g(a: Conn *, n: int) {
  var local: int
  read a->Conn::db
  read local
  read %3
  read n == local
  read @cache
  read a->Conn::items[n]
})",
               Program);
  Paths Caller("unit \"a.c\"\nfunction f(c: Conn *) {\n  read c\n}", Program);
  ValueId C = Caller.path(0), Args[] = {C};
  EXPECT_NE(Caller.Table.import(Callee.Table, Callee.path(0), Args), 0u);
  EXPECT_EQ(Caller.Table.import(Callee.Table, Callee.path(0), {0u}), 0u) << "an opaque argument";
  for (unsigned I : {1u, 2u, 3u, 5u})
    EXPECT_EQ(Caller.Table.import(Callee.Table, Callee.path(I), Args), 0u) << I;
  EXPECT_NE(Caller.Table.import(Callee.Table, Callee.path(4), Args), 0u);
}

TEST_F(AccessPaths, VisibleToTheCaller) {
  Paths P(R"(unit "a.c"
function f(p: Conn *, n: int) {
  var local: Conn, q: Conn *
  read *p
  read p->Conn::db
  read @g
  read @g.Pool::lock
  read p->Conn::items[3]
  read p
  read n
  read local.Conn::db
  read q->Conn::db
  read %1
  read p->Conn::items[n]
})",
          Program);
  for (unsigned I = 0; I < 11; ++I)
    EXPECT_EQ(P.Table.visibleToCaller(P.path(I), P.F.NumParams), I < 5) << I;
}

TEST_F(AccessPaths, SpellsAsPeopleWrite) {
  Paths P(R"(unit "a.c"
function f(self: Conn *, q: Conn **) {
  var s: Conn
  read self->Conn::save
  read *q
  read s.Conn::save
  read self->Conn::pool->Pool::items[2]
  read @cache
  read &s
})",
          Program);
  const char *Expected[] = {"self->save", "*q", "s.save", "self->pool->items[2]", "cache", "&s"};
  for (unsigned I = 0; I < 6; ++I)
    EXPECT_EQ(P.Table.spell(P.path(I)), Expected[I]);
}
