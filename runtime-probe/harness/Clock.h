// Clocks in nanoseconds.
#ifndef GILRAY_PROBE_HARNESS_CLOCK_H
#define GILRAY_PROBE_HARNESS_CLOCK_H

#include <cstdint>
#include <time.h>

namespace gilray::harness {

inline int64_t readClock(clockid_t Clock) {
  timespec T;
  clock_gettime(Clock, &T);
  return T.tv_sec * 1'000'000'000ll + T.tv_nsec;
}
inline int64_t now() { return readClock(CLOCK_MONOTONIC); }
inline int64_t threadCpu() { return readClock(CLOCK_THREAD_CPUTIME_ID); }

inline void sleepUntil(int64_t At) {
  timespec T{At / 1'000'000'000, At % 1'000'000'000};
  while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &T, nullptr))
    ;
}
inline void sleepFor(int64_t Nanoseconds) { sleepUntil(now() + Nanoseconds); }

/// xorshift: good enough to break a rhythm, and cheap enough for a hook.
inline uint64_t nextRandom(uint64_t &State) {
  State ^= State << 13;
  State ^= State >> 7;
  State ^= State << 17;
  return State;
}

} // namespace gilray::harness

#endif
