// A kernel that does to the GIL what another one was seen to do, and needs no more than the GIL's time of a processor:
// so many threads can be tried that the machine has no processors for.
#include "harness/Api.h"
#include "harness/Clock.h"
#include <algorithm>
#include <sys/prctl.h>

namespace gilray::harness {
namespace {

/// By the thread's own clock: who is not running does not hold the GIL for longer because of that.
void compute(int64_t Nanoseconds) {
  uint64_t X = 1;
  for (int64_t End = threadCpu() + Nanoseconds; threadCpu() < End;)
    for (int I = 0; I < 200; ++I) {
      nextRandom(X);
      __asm__ volatile("" : "+r"(X));
    }
}

/// Sleeping takes longer than asked for, always by about the same: that much less is asked for.
void rest(int64_t Nanoseconds) {
  thread_local int64_t Late = 0;
  thread_local bool Prepared = prctl(PR_SET_TIMERSLACK, 1000ul, 0, 0, 0) == 0;
  (void)Prepared;
  int64_t End = now() + Nanoseconds;
  sleepUntil(End - Late);
  Late = std::clamp<int64_t>(Late + (now() - End) / 8, 0, Nanoseconds / 2);
}

} // namespace

/// (nanoseconds with the GIL, nanoseconds without it, rounds)
extern "C" Object *gilrayProbeReplay(Object *, Object *Arguments) {
  auto Number = [&](int I) { return Py.PyLong_AsLong(Py.PyTuple_GetItem(Arguments, I)); };
  long Held = Number(0), Rest = Number(1), Rounds = Number(2);
  for (long I = 0; I < Rounds; ++I) {
    compute(Held);
    ThreadState *Saved = Py.PyEval_SaveThread();
    rest(Rest);
    Py.PyEval_RestoreThread(Saved);
  }
  return Py.PyLong_FromLong(0);
}

} // namespace gilray::harness
