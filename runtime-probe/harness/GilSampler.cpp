// See Samplers.h.
#include "harness/Clock.h"
#include "harness/Samplers.h"
#include <cmath>
#include <cstring>
#include <dlfcn.h>
#include <sys/prctl.h>
#include <sys/resource.h>

namespace gilray::harness {

/// The locked flag of an interpreter's GIL, by the table that CPython publishes for debuggers since 3.13; null where
/// the table is not there or does not look as expected.
static volatile int *lockedFlag(Interpreter *Interp) {
  const uint64_t *Table = static_cast<const uint64_t *>(dlsym(RTLD_DEFAULT, "_PyRuntime"));
  if (!Table || memcmp(Table, "xdebugpy", 8))
    return nullptr;
  unsigned Minor = (Table[1] >> 16) & 0xff;
  if (Minor < 13 || Minor > 15)
    return nullptr;
  // Words: 0 cookie, 1 version, 2 free-threaded, 3-5 runtime state, 6 on: the interpreter state's size, id, next,
  // threads_head, (3.14: threads_main,) gc, imports, sysdict, builtins, ceval_gil, gil_state, enabled, locked, holder.
  const int Gil = 6 + 8 + (Minor >= 14 ? 1 : 0);
  uint64_t Size = Table[6], Pointer = Table[Gil], State = Table[Gil + 1], Locked = Table[Gil + 3],
           Holder = Table[Gil + 4];
  if (Pointer + 8 > Size || State > Size || Locked < State || Holder < State || Locked - State > 4096)
    return nullptr;
  char *Own = *reinterpret_cast<char **>(static_cast<char *>(Interp) + Pointer);
  return Own ? reinterpret_cast<volatile int *>(Own + (Locked - State)) : nullptr;
}

int gilHeld(Interpreter *Interp) {
  if (volatile int *Flag = lockedFlag(Interp)) {
    int Value = *Flag;
    return Value == 0 || Value == 1 ? Value : -1;
  }
  if (Py.UncheckedGet)
    return Py.UncheckedGet() != nullptr;
  return -1;
}

const char *GilSampler::name(Method M) {
  constexpr const char *Names[] = {"none", "locked-flag", "current-thread-state", "timed-acquire"};
  return Names[M];
}

GilSampler::Method GilSampler::best(Interpreter *Interp) {
  if (volatile int *Flag = lockedFlag(Interp)) {
    if (int Value = *Flag; Value == 0 || Value == 1)
      return Flag ? Method::Flag : None;
  }
  return Py.UncheckedGet ? CurrentState : Acquire;
}

void GilSampler::start(Method M, Interpreter *I, int64_t MeanNanoseconds) {
  How = M;
  Interp = I;
  Mean = MeanNanoseconds;
  Samples = Held = 0;
  Stop = false;
  Running = How != None && pthread_create(&Thread, nullptr, run, this) == 0;
}

void GilSampler::stop() {
  if (!Running)
    return;
  Stop = true;
  pthread_join(Thread, nullptr);
  Running = false;
}

void GilSampler::sampleAcquire(ThreadState *State) {
  // Who waits for the lock gives up the processor of its own will. Time would tell less: on a busy machine the sampler
  // loses its processor against its will, too.
  auto Waits = [] {
    rusage Usage;
    getrusage(RUSAGE_THREAD, &Usage);
    return Usage.ru_nvcsw;
  };
  long Before = Waits();
  Py.PyEval_RestoreThread(State);
  bool Waited = Waits() != Before;
  Py.PyEval_SaveThread();
  ++Samples;
  Held += Waited;
}

void *GilSampler::run(void *Self) {
  GilSampler &S = *static_cast<GilSampler *>(Self);
  prctl(PR_SET_TIMERSLACK, 1000ul, 0, 0, 0);
  ThreadState *State = S.How == Acquire ? Py.PyThreadState_New(S.Interp) : nullptr;
  uint64_t Random = now() | 1;
  while (!S.Stop) {
    // Poisson: the share of samples that meet the lock held is then the share of time that it is held.
    double U = ((nextRandom(Random) >> 11) + 1) * 0x1p-53;
    sleepFor(static_cast<int64_t>(-std::log(U) * S.Mean));
    if (State) {
      S.sampleAcquire(State);
    } else if (int H = gilHeld(S.Interp); H >= 0) {
      ++S.Samples;
      S.Held += H;
    }
  }
  if (State) {
    Py.PyEval_RestoreThread(State);
    Py.PyThreadState_Clear(State);
    Py.PyThreadState_DeleteCurrent();
  }
  return nullptr;
}

void GilSampler::write(Json &J) const {
  J.open('{').key("method").string(name(How)).key("samples").integer(Samples).key("held").integer(Held).close('}');
}

} // namespace gilray::harness
