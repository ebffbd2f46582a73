// What a program believes, told by what it does most of the time (Engler et al., "Bugs as deviant behavior", SOSP
// 2001): where nearly all places agree, the few that do not are worth a look. No rule has to be known beforehand.
//
//     Py_BEGIN_ALLOW_THREADS  lib_query(h);  Py_END_ALLOW_THREADS      in seven functions
//     lib_query(h);                                                   in one: probably forgotten
#ifndef GILRAY_BELIEF_BELIEF_H
#define GILRAY_BELIEF_BELIEF_H

namespace gilray::belief {

/// Places that follow a belief, and those that do not.
struct Tally {
  unsigned For = 0, Against = 0;
  unsigned all() const { return For + Against; }
};

/// How much a tally is above chance, in standard deviations: the z statistic against a share of P0 for code that does
/// not hold the belief. Grows with the share and with the number of places.
double strength(Tally T, double P0 = 0.5);

/// Do the places speak for a belief that those against it break by mistake? Three of four do, two of three are chance.
bool believed(Tally T);

} // namespace gilray::belief

#endif
