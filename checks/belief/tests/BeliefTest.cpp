#include "belief/Belief.h"
#include <gtest/gtest.h>

namespace gilray::belief {
namespace {

TEST(Belief, ThreeOfFourAreOne) {
  EXPECT_TRUE(believed({3, 1}));
  EXPECT_TRUE(believed({3, 0}));
  EXPECT_TRUE(believed({9, 3}));
  EXPECT_FALSE(believed({2, 1}));
  EXPECT_FALSE(believed({2, 0}));
  EXPECT_FALSE(believed({5, 2}));
  EXPECT_FALSE(believed({0, 0}));
  EXPECT_FALSE(believed({1, 9}));
}

TEST(Belief, StrengthGrowsWithTheNumberOfPlaces) {
  EXPECT_DOUBLE_EQ(strength({0, 0}), 0);
  EXPECT_DOUBLE_EQ(strength({1, 1}), 0);
  EXPECT_LT(strength({3, 1}), strength({30, 10}));
  EXPECT_LT(strength({1, 3}), 0);
  EXPECT_NEAR(strength({9, 1}, 0.9), 0, 1e-9);
}

} // namespace
} // namespace gilray::belief
