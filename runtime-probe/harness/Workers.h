// The workers of one process: threads that stay alive from setup to the end and call the kernel when told to.
#ifndef GILRAY_PROBE_HARNESS_WORKERS_H
#define GILRAY_PROBE_HARNESS_WORKERS_H

#include "harness/Api.h"
#include "harness/Hooks.h"
#include "harness/Samplers.h"
#include <atomic>
#include <memory>
#include <pthread.h>
#include <string>
#include <vector>

namespace gilray::harness {

enum class Strategy : int { Threads, SharedGil, OwnGil };

/// The Python code of a kernel, in the order in which it runs.
struct Code {
  std::string Import, Setup, Loop;
  Object *SharedGlobals = nullptr; ///< where Loop was defined already, when workers share their objects
};

/// What a worker counted, from the first end of a batch inside the window to the first one behind it: whole calls only.
struct Span {
  bool Open = false, Closed = false;
  int64_t Calls = 0, Began = 0, Ended = 0, CpuBegan = 0, CpuEnded = 0;
  HookSums Before, After;
};

class Workers;

struct Worker {
  Workers *All = nullptr;
  int Id = 0;
  pid_t Tid = 0;
  pthread_t Thread;
  ThreadState *Outer = nullptr, *State = nullptr;
  Interpreter *Interp = nullptr;
  Object *Loop = nullptr;
  std::string Error, ErrorStage;
  int64_t SetupNanoseconds = 0;

  ThreadHooks Hooks;
  PcSampler Pc;
  std::atomic<int64_t> Calls{0};    ///< since the beginning
  std::atomic<int64_t> RunCalls{0}; ///< since the last go
  std::atomic<int64_t> LastEnd{0};  ///< of a batch
  std::atomic<int64_t> BatchBegan{0};
  double Iterations = 0; ///< inside the window, batches at its edges pro rata
  Span Whole;
  int64_t LongestBatch = 0;
  std::atomic<bool> Ready{false}, Finished{false}, Left{false};
};

class Workers {
public:
  Workers(Strategy S, const Code &C) : How(S), Program(C) {}

  /// Starts Count workers, one after the other; a failed one keeps its error. False when the timeout passed.
  bool start(int Count, int64_t Timeout);

  struct RunOptions {
    int Active = 1;
    int Batch = 1;
    bool Cpu = false;
    uint32_t Every = 1;
    int64_t PcInterval = 0;
    bool Hooks = true; ///< false: they pass calls on and record nothing
  };
  /// Lets the first Active workers call; true once each has done three calls in its life and a batch in this run.
  bool go(const RunOptions &O, int64_t Timeout);
  /// Measures from T0 to T0 + Length, then stops the workers. False when one did not come back in time.
  bool window(int64_t T0, int64_t Length, int64_t Timeout);
  /// Ends interpreters and threads.
  bool leave(int64_t Timeout);

  void writeStarted(Json &J) const;
  void writeWindow(Json &J) const;
  void writeStuck(Json &J) const;
  void writeSamples(Json &J) const;
  bool failed() const;

  Interpreter *measuredInterpreter() const;

private:
  struct Snapshot {
    int64_t At = 0, Cpu = 0, RunDelay = 0, LockWait = 0;
    long Voluntary = 0, Involuntary = 0;
  };

  Strategy How;
  Code Program;
  std::vector<std::unique_ptr<Worker>> All;
  RunOptions Options;
  pthread_mutex_t Mutex = PTHREAD_MUTEX_INITIALIZER;
  pthread_cond_t Changed = PTHREAD_COND_INITIALIZER;
  int Generation = 0; ///< of runs; guarded by Mutex
  int LeaveTurn = -1; ///< who may tear down; guarded by Mutex
  std::atomic<bool> Stop{false};
  std::atomic<int64_t> WindowBegin{0}, WindowEnd{0};
  std::vector<Snapshot> Before, After;

  static void *threadMain(void *W);
  void serve(Worker &W);
  bool prepare(Worker &W);
  bool runCode(Worker &W, Object *Globals, const std::string &Text, const char *Stage);
  void measure(Worker &W);
  void account(Worker &W, int64_t Began, int64_t Ended, double Calls);
  void tearDown(Worker &W);
  Snapshot snapshot(const Worker &W) const;
  static int64_t runDelay(const Worker &W);
  /// Time that a worker wanted a processor and had none: of the one that has waited longest.
  int64_t delay() const;
  /// Waits until Done, which is cheap, or until Timeout is over; on a busy machine up to four times as long.
  template <typename F> bool waitFor(F Done, int64_t Timeout);
  void writeHooks(Json &J, const Worker &W) const;
};

} // namespace gilray::harness

#endif
