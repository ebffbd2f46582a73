// What a probe run found, as plain values: raw blocks, structure, results. The JSON report is exactly this (Fields.h),
// and everything that is shown can be computed from it again.
#ifndef GILRAY_PROBE_REPORT_MODEL_H
#define GILRAY_PROBE_REPORT_MODEL_H

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace gilray::probe {

/// One worker in one window. The second part is over whole calls only.
struct WorkerRun {
  double Iterations = 0, Wall = 0, Cpu = 0, RunDelay = 0, LockWait = 0;
  int64_t Voluntary = 0, Involuntary = 0;
  int64_t Calls = 0;
  double WholeWall = 0, WholeCpu = 0, ReleasedWall = 0, GilWait = 0, LockWaitAttached = 0;
  int64_t Releases = 0, Locks = 0, Contended = 0;
};

struct Run {
  unsigned Workers = 1;
  double Window = 0;
  std::vector<WorkerRun> Each;

  /// Calls per second of all workers together.
  double rate() const {
    double Sum = 0;
    for (const WorkerRun &W : Each)
      Sum += W.Iterations;
    return Window > 0 ? Sum / Window : 0;
  }
};

/// Native threads that only compute, just before and after: did the machine belong to us?
struct QuietCheck {
  bool Quiet = false;
  double LeastOnCpu = 0, Steal = 0, Throttled = 0;
};

struct Block {
  unsigned Id = 0;
  bool Accepted = false;
  std::string Rejected; ///< why
  double At = 0;        ///< seconds since the run began
  QuietCheck Before, After;
  std::vector<Run> Runs; ///< in the order in which they ran
};

/// How a measurement ended that did not end well.
struct Failure {
  std::string Kind;  ///< see FailureKinds in Verdict.cpp
  std::string Text;  ///< in words
  std::string Stage; ///< import, setup, call, interpreter, end
  unsigned Workers = 0;
  std::vector<std::string> Stack;
};

struct ImportFacts {
  bool Tried = false, Accepted = false;
  std::string Error;
  bool GilBefore = true, GilAfter = true;
  std::vector<std::string> Warnings;
  std::string File; ///< of the module; empty when it is part of the interpreter
};

struct HeldEstimate {
  std::string Method;
  double Held = 0;
  int64_t Samples = 0;
};

/// A place in the code and its share of the time of a call.
struct CodeShare {
  std::string Object, Function, File, Callee;
  unsigned Line = 0;
  double Share = 0;
  int64_t Count = 0;
};

/// What one worker alone shows.
struct Structure {
  bool Measured = false;
  bool Observable = false;
  std::string WhyNot;
  bool HasGil = true;         ///< workers compete for one GIL, or each has one
  double CallSeconds = 0;     ///< processor time and waiting of one call, without waiting for a processor
  double CpuShare = 1;        ///< of that time; the rest is waiting
  double RoundSeconds = 0;    ///< between two releases
  std::optional<double> Held; ///< share of the call with the GIL (without GIL: attached)
  /// Where that lies with 95 % confidence; none where it was measured once.
  std::optional<double> HeldLow, HeldHigh;
  std::string HeldClock; ///< cpu or wall
  std::vector<HeldEstimate> Estimates;
  double Disagreement = 0; ///< between estimates, beyond what their sample counts explain
  double ReleasesPerCall = 0, LocksPerCall = 0;
  std::optional<double> HookCost;           ///< what recording adds to the processor time of a call, as a share of it
  double PairGilWait = 0, PairLockWait = 0; ///< shares of two workers' time, at hooked calls
  std::vector<CodeShare> HeldAt, ReleasedAt;
  int64_t PcSamples = 0;
};

struct Interval {
  double Median = 0, Low = 0, High = 0, Coverage = 0;
  std::string Method;
  unsigned Count = 0;
};

/// One number of workers.
struct Result {
  std::string Interpreter, Strategy, Share;
  unsigned Workers = 1;
  Interval Speedup;
  double Efficiency = 0;
  double Ceiling = 0; ///< native threads that only compute, this many
  std::optional<double> HeldFraction;
  double ReleasesPerCall = 0;
  double GilWaitShare = 0, LockWaitShare = 0, BlockedShare = 0, CpuPerCallRatio = 1;
  double Jain = 1, MinToMax = 1;
  std::optional<double> KarpFlatt;
  std::optional<double> Predicted; ///< from fewer workers, when they allowed a fit
  unsigned Accepted = 0, Tried = 0;
  std::string Verdict, Evidence;
  std::vector<std::string> Flags;
  std::vector<double> Ratios; ///< of the accepted blocks, in their order
};

struct BandAt {
  unsigned Workers = 64;
  bool WillNotScale = false;
  double High = 0;
  std::optional<double> Low;
};

/// A parameter of a law that was fitted to the speed-ups, with its 95 % interval.
struct Fitted {
  std::string Law, Parameter; ///< amdahl: serial; usl: sigma, kappa
  bool Identifiable = false;
  std::string Why; ///< why not
  double Value = 0, Low = 0, High = 0;
};

/// The kernel's use of the GIL, replayed by threads that sleep where it computes without: more of them than processors.
struct Replay {
  unsigned Workers = 64, Accepted = 0, Tried = 0;
  double Stretched = 1; ///< rounds too short to sleep in are longer by this
  Interval Speedup;
  std::string Problem;
};

/// A kernel under one interpreter, one strategy, one way of sharing.
struct Series {
  std::string Interpreter, Strategy, Share;
  std::vector<unsigned> Workers; ///< asked for, sorted
  ImportFacts Import;
  Structure Shape;
  std::optional<Failure> Failed;
  unsigned Batch = 1;
  double Window = 0;
  double StartSeconds = 0;    ///< to have one more worker, its setup included
  double MemoryPerWorker = 0; ///< bytes; of processes their share of what is shared
  std::vector<Block> Blocks;
  std::vector<std::string> Notes;
  std::optional<BandAt> Band;
  std::vector<Fitted> Fits;
  std::optional<Replay> Replayed;
};

/// What one more worker costs, and a task that does nothing but take the kernel's arguments. How: thread, shared-gil,
/// own-gil, process-METHOD, and thread-pool, interpreter-pool, process-pool-METHOD of concurrent.futures.
struct WorkerCost {
  std::string How, Problem;
  double StartSeconds = 0;
  std::optional<double> MemoryBytes, TaskSeconds;
};

/// Handing the values over once: pickle, shared-memory (a copy), buffer (by reference).
struct HandOverCost {
  std::string How, Problem;
  int64_t Bytes = 0;
  double Seconds = 0;
};

/// How long another thread waits for the GIL while one runs the kernel, by switch interval; Rate: calls per second of
/// processor time.
struct SwitchEffect {
  double Interval = 0.005, Wait = 0, WaitHigh = 0, Rate = 0;
};

struct Costs {
  std::string Interpreter, Problem;
  std::vector<WorkerCost> Workers;
  std::vector<HandOverCost> Arguments;
  std::optional<HandOverCost> Result;
  std::vector<SwitchEffect> Switch;
};

/// What follows from the figures for one interpreter.
struct Advice {
  std::string Interpreter, Strategy; ///< Strategy: empty when none pays
  std::optional<double> PaysFrom;    ///< length of a call in seconds
  std::vector<std::string> Text;     ///< a sentence each, with the figures that it follows from
};

/// An expectation of the spec, judged.
struct Checked {
  std::string Text;    ///< as written
  std::string Outcome; ///< pass, fail or inconclusive
  std::string Why;
  unsigned Line = 0; ///< in the spec
};

struct Kernel {
  std::string Name, Module, Call;
  double UnitsPerCall = 0;
  std::string Unit;
  std::vector<Series> AllSeries;
  std::vector<Result> Results;
  std::vector<Checked> Expectations;
  std::vector<Costs> AllCosts;
  std::vector<Advice> AllAdvice;
};

struct InterpreterFacts {
  std::string Id, Python, Release, Implementation, Executable, Compiler, BuildFlags, Problem;
  std::vector<unsigned> Version;
  bool FreeThreaded = false, GilEnabled = true, Debug = false, SharedLibrary = false;
  double SwitchInterval = 0.005;
};

struct Ceiling {
  unsigned Workers = 1;
  double Spin = 0, Stream = 0; ///< against one thread; 0: no quiet moment was found
};

struct Environment {
  std::string Started, Host, Kernel, CpuModel, Governor, Hypervisor;
  unsigned Cpus = 0;          ///< online
  std::vector<unsigned> Used; ///< processors that were measured with
  std::string CpuChoice;      ///< in words
  bool Autogroup = false;
  double LoadAverage = 0, CpuQuota = 0;
  double HandOverSeconds = 0;
  uint64_t Seed = 1;
  std::string SpecPath;
  std::vector<std::string> Variables; ///< NAME=VALUE that the interpreters got
  std::vector<InterpreterFacts> Interpreters;
  std::vector<Ceiling> Ceilings;
  double QuietShare = 0; ///< of all quiet checks
  double Seconds = 0;
};

struct Report {
  unsigned SchemaVersion = 1;
  std::string Tool = "gilray", ToolVersion;
  bool Interrupted = false;
  bool StructureOnly = false; ///< no speed-ups were asked for
  Environment Machine;
  std::vector<Kernel> Kernels;
  std::vector<std::string> Notes;
};

} // namespace gilray::probe

#endif
