// The lattice: what merging keeps, and that it loses facts only. The solver's fixed point rests on these properties.
#include "flow/State.h"
#include <gtest/gtest.h>
#include <map>
#include <random>

using namespace gilray::flow;

namespace {

EventRef at(uint32_t Index) { return {0, 0, Index}; }

/// One of each kind, with equal and different places, numbers and aliases.
std::vector<Fact> allFacts() {
  std::vector<Fact> Out{{}};
  for (FactKind K : {FactKind::Null, FactKind::NonNull, FactKind::Undef, FactKind::ForkResult, FactKind::AsksAttached,
                     FactKind::AsksInitialized, FactKind::AsksFinalizing})
    Out.push_back({K, 0, 0, {}});
  for (int64_t I : {0, 1, -3, 7})
    Out.push_back({FactKind::Const, 0, I, {}});
  for (FactKind K : {FactKind::Saved, FactKind::Restored, FactKind::Deleted, FactKind::Cookie})
    for (uint32_t I : {1, 2, 3})
      Out.push_back({K, 0, 0, at(I)});
  for (ValueId V : {1, 2})
    Out.push_back({FactKind::Alias, V, 0, {}});
  return Out;
}

/// Does A say everything that B says? The order of the lattice, written down without meet().
bool implies(const Fact &A, const Fact &B) {
  if (B.Kind == FactKind::None || A == B)
    return true;
  if (B.Kind == FactKind::NonNull)
    return A.nonNull();
  if (B.Kind == FactKind::Null)
    return A.isNull();
  // Of two saves the earlier stands for both: any of them can be restored.
  return B.Kind == FactKind::Saved && A.Kind == FactKind::Saved && B.At <= A.At;
}

class RandomValuation {
public:
  explicit RandomValuation(uint32_t Seed) : Random(Seed), Facts(allFacts()) {}
  Valuation operator()() {
    Valuation V;
    for (ValueId I = 1; I <= 12; ++I)
      if (Random() % 3)
        V.set(I, Facts[Random() % Facts.size()]);
    return V;
  }
  ValueId path() { return 1 + Random() % 12; }
  Fact fact() { return Facts[Random() % Facts.size()]; }

private:
  std::mt19937 Random;
  std::vector<Fact> Facts;
};

Valuation merged(Valuation A, const Valuation &B) {
  A.mergeFrom(B);
  return A;
}

bool implies(const Valuation &A, const Valuation &B) {
  for (const auto &[V, Known] : B) {
    const Fact *Mine = A.get(V);
    if (!implies(Mine ? *Mine : Fact(), Known))
      return false;
  }
  return true;
}

} // namespace

TEST(Meet, IsIdempotentAndCommutative) {
  for (const Fact &A : allFacts()) {
    EXPECT_EQ(meet(A, A), A);
    for (const Fact &B : allFacts())
      EXPECT_EQ(meet(A, B), meet(B, A));
  }
}

TEST(Meet, IsAssociative) {
  for (const Fact &A : allFacts())
    for (const Fact &B : allFacts())
      for (const Fact &C : allFacts())
        EXPECT_EQ(meet(meet(A, B), C), meet(A, meet(B, C)))
            << int(A.Kind) << "@" << A.At.Index << " " << int(B.Kind) << "@" << B.At.Index << " " << int(C.Kind) << "@"
            << C.At.Index;
}

TEST(Meet, LosesOnly) {
  for (const Fact &A : allFacts())
    for (const Fact &B : allFacts()) {
      EXPECT_TRUE(implies(A, meet(A, B)));
      EXPECT_TRUE(implies(B, meet(A, B)));
    }
}

TEST(Meet, KeepsWhatBothSidesSay) {
  EXPECT_EQ(meet({FactKind::Null, 0, 0, {}}, {FactKind::Const, 0, 0, {}}).Kind, FactKind::Null);
  EXPECT_EQ(meet({FactKind::Const, 0, 1, {}}, {FactKind::Const, 0, 2, {}}).Kind, FactKind::NonNull);
  EXPECT_EQ(meet({FactKind::Saved, 0, 0, at(1)}, {FactKind::Saved, 0, 0, at(2)}).Kind, FactKind::Saved);
  EXPECT_EQ(meet({FactKind::Saved, 0, 0, at(1)}, {FactKind::Restored, 0, 0, at(2)}).Kind, FactKind::NonNull);
  EXPECT_EQ(meet({FactKind::Cookie, 0, 0, at(1)}, {FactKind::Cookie, 0, 0, at(2)}).Kind, FactKind::None);
  EXPECT_EQ(meet({FactKind::Alias, 1, 0, {}}, {FactKind::Alias, 2, 0, {}}).Kind, FactKind::None);
}

TEST(Valuation, SetGetAndDropAreAMap) {
  RandomValuation Make(1);
  Valuation V;
  std::map<ValueId, Fact> Expected;
  for (unsigned I = 0; I < 2000; ++I) {
    ValueId P = Make.path();
    Fact F = Make.fact();
    V.set(P, F);
    if (F.Kind == FactKind::None)
      Expected.erase(P);
    else
      Expected[P] = F;
    if (I % 50 == 0) {
      V.drop([](ValueId X, const Fact &) { return X % 3 == 0; });
      std::erase_if(Expected, [](const auto &E) { return E.first % 3 == 0; });
    }
    ASSERT_EQ(V.size(), Expected.size());
    for (const auto &[X, Known] : Expected) {
      ASSERT_NE(V.get(X), nullptr);
      ASSERT_EQ(*V.get(X), Known);
    }
  }
  V.set(0, {FactKind::Null, 0, 0, {}}); // the unknown path holds nothing
  EXPECT_EQ(V.get(0), nullptr);
}

TEST(Valuation, MergingIsASemilattice) {
  RandomValuation Make(2);
  for (unsigned I = 0; I < 500; ++I) {
    Valuation A = Make(), B = Make(), C = Make();
    EXPECT_EQ(merged(A, A), A);
    EXPECT_EQ(merged(A, B), merged(B, A));
    EXPECT_EQ(merged(merged(A, B), C), merged(A, merged(B, C)));
    EXPECT_TRUE(implies(A, merged(A, B)));
    EXPECT_TRUE(implies(B, merged(A, B)));
    // Monotone: who knows less before knows no more after.
    EXPECT_TRUE(implies(merged(A, C), merged(merged(A, B), C)));
  }
}

TEST(Valuation, MergingTellsWhetherItLost) {
  RandomValuation Make(3);
  for (unsigned I = 0; I < 500; ++I) {
    Valuation A = Make(), B = Make(), Before = A;
    bool Lost = A.mergeFrom(B);
    EXPECT_EQ(Lost, !(A == Before));
    EXPECT_FALSE(A.mergeFrom(B)) << "a second time nothing is lost: the solver comes to rest";
  }
}

TEST(Valuation, MergingWithNothingKnownForgetsAll) {
  RandomValuation Make(4);
  for (unsigned I = 0; I < 50; ++I) {
    Valuation A = Make();
    EXPECT_EQ(merged(A, Valuation()).size(), 0u);
    EXPECT_EQ(merged(Valuation(), A).size(), 0u);
  }
}

TEST(Key, OrderAgreesWithEquality) {
  std::vector<Key> Keys;
  for (Thread T : {Thread::Attached, Thread::Detached, Thread::NoState, Thread::Unknown})
    for (unsigned Frames = 0; Frames < 3; ++Frames)
      for (uint8_t Popped : {0, 1}) {
        Key K;
        K.Now = T;
        K.Popped = Popped;
        for (unsigned I = 0; I < Frames; ++I)
          K.Stack.push_back({T, at(I)});
        Keys.push_back(K);
      }
  for (const Key &A : Keys)
    for (const Key &B : Keys) {
      EXPECT_EQ(A == B, !(A < B) && !(B < A));
      for (const Key &C : Keys)
        EXPECT_TRUE(!(A < B && B < C) || A < C);
    }
}
