// The engine against plain interpretation, on random programs: what happens in some execution is found, and what is
// found happens in some execution. How exact that is depends on what the program uses; each test says why.
#include "flow/tests/RandomProgram.h"
#include "flow/tests/TestProgram.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include <gmock/gmock.h>

using namespace gilray;
using namespace gilray::test;

namespace {

std::optional<Outcome> outcomeOf(flow::Observed Kind) {
  switch (Kind) {
  case flow::Observed::ApiWithoutThreadState:
    return Outcome::Api;
  case flow::Observed::DetachWhileDetached:
  case flow::Observed::AttachWhileAttached:
  case flow::Observed::BadThreadState:
    return Outcome::Fault;
  case flow::Observed::ExitDetached:
  case flow::Observed::ExitWithEnsure:
  case flow::Observed::ReleaseUnmatched:
  case flow::Observed::ReleaseOutOfOrder:
    return Outcome::Left;
  default:
    return std::nullopt;
  }
}

struct Answer {
  std::set<test::Place> Found;
  bool Complete = true;
};

Answer engine(const ir::Unit &U) {
  const ir::Unit *Units[] = {&U};
  link::Program P(Units, api::Model::builtin());
  flow::Results R(P);
  Answer A;
  A.Complete = R.incomplete().empty();
  // Where something happens, not where it is told: a helper's API call may be reported at the helper's caller.
  for (const flow::Report &X : R.reports())
    if (auto O = outcomeOf(X.What.Kind))
      A.Found.insert({P.where(X.What.At).Line, *O});
  for (auto Kind :
       {flow::Observed::ApiWithoutThreadState, flow::Observed::DetachWhileDetached, flow::Observed::AttachWhileAttached,
        flow::Observed::BadThreadState, flow::Observed::ReleaseOutOfOrder})
    for (const flow::Observation *O : R.observations(Kind))
      if (!O->Secondary)
        A.Found.insert({P.where(O->At).Line, *outcomeOf(Kind)});
  return A;
}

std::string show(const std::set<test::Place> &Places) {
  std::string Out;
  for (auto [Line, What] : Places)
    Out += " " + std::to_string(Line) + (What == Outcome::Api ? ":api" : What == Outcome::Fault ? ":fault" : ":left");
  return Out;
}

std::set<test::Place> without(const std::set<test::Place> &A, const std::set<test::Place> &B) {
  std::set<test::Place> Out;
  std::set_difference(A.begin(), A.end(), B.begin(), B.end(), std::inserter(Out, Out.end()));
  return Out;
}

struct Tally {
  unsigned Programs = 0, WithFindings = 0, Incomplete = 0;
  unsigned Imprecise = 0; ///< something is found that no execution does, because correlations were lost
};

/// Runs Count programs. Soundness is demanded of all; precision down to the branches' conditions only with Exact, else
/// down to the control flow. A program beyond the engine's budgets must say so and is counted.
Tally compare(Flavour Is, uint32_t FirstSeed, unsigned Count, bool Exact) {
  Tally T;
  for (uint32_t Seed = FirstSeed; Seed < FirstSeed + Count; ++Seed) {
    Program P = generate(Seed, Is);
    std::string Text = P.text();
    llvm::Expected<ir::Unit> U = ir::parseText(Text);
    if (!U) {
      ADD_FAILURE() << llvm::toString(U.takeError()) << "\n" << Text;
      return T;
    }
    ++T.Programs;
    Truth Real = interpret(P), Loose = interpret(P, true);
    Answer Told = engine(*U);
    T.WithFindings += !Real.First.empty();
    if (!Told.Complete) {
      ++T.Incomplete;
      continue;
    }
    EXPECT_FALSE(Real.Deep) << "seed " << Seed << ": more nested Ensure calls than the engine follows, yet complete\n"
                            << Text;
    std::set<test::Place> Must = Real.First;
    if (Exact && !Is.OneCondition) // the condition may be all that tells the good pointer from the bad one
      Must.insert(Real.Uniform.begin(), Real.Uniform.end());
    auto Missed = without(Must, Told.Found), Invented = without(Told.Found, Real.Any);
    auto Impossible = without(Told.Found, Loose.Any);
    T.Imprecise += !Invented.empty();
    EXPECT_TRUE(Missed.empty()) << "seed " << Seed << " missed" << show(Missed) << "\nfound" << show(Told.Found) << "\n"
                                << Text;
    EXPECT_TRUE(Impossible.empty()) << "seed " << Seed << " invented" << show(Impossible) << "\n" << Text;
    if (Exact)
      EXPECT_TRUE(Invented.empty()) << "seed " << Seed << " invented" << show(Invented) << "\n" << Text;
    if (testing::Test::HasFailure()) // one program is enough to look at
      return T;
  }
  ::testing::Test::RecordProperty("with_findings", int(T.WithFindings));
  ::testing::Test::RecordProperty("incomplete", int(T.Incomplete));
  ::testing::Test::RecordProperty("imprecise", int(T.Imprecise));
  return T;
}

/// The generator must make programs worth looking at: with and without findings, and few beyond the budgets.
void expectVaried(const Tally &T) {
  EXPECT_GT(T.WithFindings, T.Programs / 5);
  EXPECT_LT(T.WithFindings, T.Programs * 9 / 10);
  EXPECT_LE(T.Incomplete, T.Programs / 8);
}

} // namespace

// Every branch goes both ways, so the engine's merging loses nothing.
TEST(RandomPrograms, EveryPathPossible) {
  Flavour Is;
  expectVaried(compare(Is, 1000, 400, true));
  Is.Loops = true;
  expectVaried(compare(Is, 2000, 400, true));
  Is.Ensures = true;
  expectVaried(compare(Is, 3000, 400, true));
}

// One condition in several spellings: each key knows it true, false or both, which is all there is to know.
TEST(RandomPrograms, OneCondition) {
  Flavour Is;
  Is.OneCondition = true;
  expectVaried(compare(Is, 4000, 400, true));
  Is.Loops = Is.Ensures = true;
  expectVaried(compare(Is, 5000, 400, true));
}

// PyGILState_Check() answers from the key itself.
TEST(RandomPrograms, AsksForTheThreadState) {
  Flavour Is;
  Is.Asks = Is.OneCondition = Is.Loops = Is.Ensures = true;
  expectVaried(compare(Is, 6000, 400, true));
}

TEST(RandomPrograms, ForeignThread) {
  Flavour Is;
  Is.ForeignThread = Is.OneCondition = Is.Loops = Is.Ensures = true;
  expectVaried(compare(Is, 7000, 400, true));
}

// Several conditions, assigned variables, tests of the saved pointer: executions of one key are merged, and what only
// some of them know is lost. Nothing may be missed; what is invented must at least follow the control flow.
TEST(RandomPrograms, CorrelatedConditions) {
  Flavour Is;
  Is.Conditions = Is.NullTests = true;
  Tally T = compare(Is, 8000, 400, false);
  expectVaried(T);
  EXPECT_LE(T.Imprecise, 22u) << "the engine lost precision: look at the programs before raising this number";
  Is.Loops = Is.Ensures = Is.Asks = true;
  T = compare(Is, 9000, 400, false);
  expectVaried(T);
  EXPECT_LE(T.Imprecise, 21u) << "the engine lost precision: look at the programs before raising this number";
}

// Behind calls: an API call, one under a condition, a whole region, an attaching helper, wrappers of detach and attach.
TEST(RandomPrograms, Helpers) {
  Flavour Is;
  Is.Helpers = true;
  expectVaried(compare(Is, 10000, 150, false));
  Is.Conditions = Is.Loops = Is.NullTests = true;
  expectVaried(compare(Is, 11000, 150, false));
}
