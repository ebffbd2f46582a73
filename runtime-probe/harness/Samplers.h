// Looking at workers from outside: is the GIL held, and by whom; and where in the code is each worker.
#ifndef GILRAY_PROBE_HARNESS_SAMPLERS_H
#define GILRAY_PROBE_HARNESS_SAMPLERS_H

#include "harness/Api.h"
#include "harness/Hooks.h"
#include <atomic>
#include <csignal>
#include <memory>
#include <pthread.h>
#include <time.h>
#include <vector>

namespace gilray::harness {

/// Reads at random moments whether the GIL is held: the estimate of the held fraction that needs no hooks. From 3.13 on
/// the lock's own flag, up to 3.11 the current thread state; in 3.12 neither can be seen, so the lock is taken for a
/// moment, and what had to wait counts as held.
class GilSampler {
public:
  enum Method : uint8_t { None, Flag, CurrentState, Acquire };
  static const char *name(Method M);

  /// The best method for Interp's GIL; Flag is tried against the interpreter at hand.
  static Method best(Interpreter *Interp);

  void start(Method M, Interpreter *Interp, int64_t MeanNanoseconds);
  void stop();
  void write(Json &J) const;

private:
  Method How = None;
  Interpreter *Interp = nullptr;
  int64_t Mean = 0;
  pthread_t Thread;
  bool Running = false;
  std::atomic<bool> Stop{false};
  int64_t Samples = 0, Held = 0;

  static void *run(void *Self);
  void sampleAcquire(ThreadState *State);
};

/// Whether the GIL of Interp is held at this moment: 1, 0, or -1 where that cannot be seen.
int gilHeld(Interpreter *Interp);

/// A worker's code addresses, taken by a timer of its own CPU time.
class PcSampler {
public:
  static constexpr int MaxFrames = 32, MaxSamples = 8192;
  struct Sample {
    int State = 0, Count = 0;
    uintptr_t Frames[MaxFrames];
  };

  /// Installs the signal handler, once per process.
  static void prepare();
  /// Both from the thread that is sampled.
  bool start(ThreadHooks *Hooks, int64_t IntervalNanoseconds);
  void stop();

  int size() const { return Used.load(std::memory_order_acquire); }
  const Sample &operator[](int I) const { return Samples[I]; }
  void clear() { Used = 0; }

private:
  std::unique_ptr<Sample[]> Samples;
  std::atomic<int> Used{0};
  timer_t Timer;
  bool Running = false;
  ThreadHooks *Hooks = nullptr;

  static void onSignal(int, siginfo_t *, void *Context);
  void record(void *Context);
};

} // namespace gilray::harness

#endif
