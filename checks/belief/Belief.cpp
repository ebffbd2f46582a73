#include "belief/Belief.h"
#include <cmath>

namespace gilray::belief {

double strength(Tally T, double P0) {
  if (!T.all())
    return 0;
  double N = T.all();
  return (T.For / N - P0) / std::sqrt(P0 * (1 - P0) / N);
}

bool believed(Tally T) {
  // One standard deviation above even chance, and three times as many: a person is shown the places and decides.
  constexpr double Enough = 1;
  return T.For >= 3 * T.Against && strength(T) >= Enough && T.For >= 3;
}

} // namespace gilray::belief
