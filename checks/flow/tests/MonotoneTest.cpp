// Who knows more on entry finds no more possibilities: a function solved with additional facts about its arguments
// shows a subset of what it shows without them. That is what allows a context with fewer facts to stand for all others
// when there are too many (Budget::Contexts).
#include "flow/tests/RandomProgram.h"
#include "flow/tests/TestProgram.h"

using namespace gilray;
using namespace gilray::flow;

namespace {

using Sight = std::pair<Observed, EventRef>;

/// What is observed because something is possible. (A thread state is called bad because something is known of it:
/// fewer facts, fewer of those.)
std::set<Sight> possibilities(const NodeData &D) {
  std::set<Sight> Out;
  for (const Observation &O : D.Seen)
    if (O.Kind == Observed::ApiWithoutThreadState || O.Kind == Observed::DetachWhileDetached ||
        O.Kind == Observed::AttachWhileAttached)
      Out.insert({O.Kind, O.At});
  return Out;
}

bool judged(const NodeData &D) {
  for (const Observation &O : D.Seen)
    if (O.Kind == Observed::ExitDetached || O.Kind == Observed::ExitWithEnsure)
      return true;
  return false;
}

struct Solved {
  std::set<Sight> Seen;
  std::vector<Key> Exits;
  bool Complete = false, Judged = false;
};

/// Solves f with a new engine, so that no context of another run is reused.
Solved solve(const link::Program &P, FnId F, Thread Entry, const std::vector<std::pair<unsigned, Fact>> &Known) {
  Engine E(P);
  Valuation Context;
  for (auto [Param, K] : Known)
    Context.set(E.infos()[F].Values.var(Param), K);
  const NodeData &D = E.node(E.enter(F, Entry, Context));
  Solved S;
  S.Complete = D.Incomplete.empty();
  S.Seen = possibilities(D);
  S.Judged = judged(D);
  for (const Exit &X : D.Exits)
    if (!X.Broken)
      S.Exits.push_back(X.K);
  return S;
}

} // namespace

TEST(Monotone, MoreFactsShowNoMore) {
  test::Flavour Is;
  Is.Conditions = Is.NullTests = Is.Loops = true;
  unsigned Compared = 0, Narrowed = 0, Incomplete = 0;
  for (uint32_t Seed = 20000; Seed < 20300; ++Seed) {
    Is.Ensures = Seed % 2;
    Is.Helpers = Seed % 3 == 0;
    ir::Unit U = test::parse(test::generate(Seed, Is).text());
    const ir::Unit *Units[] = {&U};
    link::Program P(Units, api::Model::builtin());
    FnId F = link::NoFn;
    for (FnId I = 0; I < P.functions().size(); ++I)
      if (P.fn(I).Name == "f")
        F = I;
    ASSERT_NE(F, link::NoFn);
    std::mt19937 Random(Seed);
    const Fact Kinds[] = {{FactKind::Null, 0, 0, {}},
                          {FactKind::NonNull, 0, 0, {}},
                          {FactKind::Const, 0, 1, {}},
                          {FactKind::Const, 0, 2, {}}};
    std::vector<std::pair<unsigned, Fact>> More, Less;
    for (unsigned Param = 0; Param < 3; ++Param) {
      More.push_back({Param, Kinds[Random() % 4]});
      if (Random() % 2)
        Less.push_back(More.back());
    }
    for (Thread Entry : {Thread::Attached, Thread::Detached, Thread::NoState, Thread::Unknown}) {
      Solved A = solve(P, F, Entry, Less), B = solve(P, F, Entry, More);
      if (!A.Complete) {
        ++Incomplete;
        continue;
      }
      ++Compared;
      EXPECT_TRUE(B.Complete) << "seed " << Seed << ": fewer possibilities cannot exceed what more did not";
      for (const Sight &S : B.Seen)
        EXPECT_TRUE(A.Seen.count(S)) << "seed " << Seed << ", line " << P.where(S.second).Line;
      Narrowed += B.Seen.size() < A.Seen.size() || B.Exits.size() < A.Exits.size();
      if (!A.Judged && !B.Judged) // a judged exit is taken back to the entry state
        for (const Key &K : B.Exits)
          EXPECT_TRUE(std::find(A.Exits.begin(), A.Exits.end(), K) != A.Exits.end()) << "seed " << Seed;
      if (HasFailure())
        return;
    }
  }
  EXPECT_GT(Narrowed, Compared / 20) << "the facts must matter somewhere";
  EXPECT_LT(Incomplete, Compared / 10);
}

TEST(Monotone, TooManyContextsFallBackToTheOneWithoutFacts) {
  ir::Unit U = test::parse(R"(unit "a.c"
function f(n: int) {
  branch n == 3 ? yes : no at 2:1
yes:
  released {
    call PyErr_Clear() at 4:1
  }
no:
  return at 6:1
})");
  const ir::Unit *Units[] = {&U};
  link::Program P(Units, api::Model::builtin());
  Budget B;
  B.Contexts = 3;
  Engine E(P, B);
  auto Enter = [&](int64_t N) {
    Valuation Context;
    Context.set(E.infos()[0].Values.var(0), {FactKind::Const, 0, N, {}});
    const Valuation Nothing;
    return E.enter(0, Thread::Attached, Context, false, false, &Nothing);
  };
  EXPECT_EQ(possibilities(E.node(Enter(1))).size(), 0u);
  EXPECT_EQ(possibilities(E.node(Enter(3))).size(), 1u);
  EXPECT_EQ(Enter(1), Enter(1));
  EXPECT_NE(Enter(1), Enter(2));
  NodeId General = Enter(4);
  EXPECT_EQ(General, Enter(5)) << "the fourth context and all after it share one node";
  EXPECT_EQ(E.node(General).Context.size(), 0u);
  EXPECT_EQ(possibilities(E.node(General)).size(), 1u) << "it covers every value";
}
