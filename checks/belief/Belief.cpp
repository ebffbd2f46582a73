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
  constexpr unsigned Fewest = 2;
  constexpr double Enough = 0.5; ///< half a standard deviation: a filter, the places are shown to a person
  return T.For >= Fewest && T.For >= 2 * T.Against && strength(T) > Enough;
}

} // namespace gilray::belief
