// See Measure.h.
#include "launcher/Measure.h"
#include "launcher/HeldFraction.h"
#include "launcher/Machine.h"
#include "stats/Intervals.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/Path.h"
#include <cmath>

namespace gilray::probe {

using namespace llvm;

namespace {

class SeriesRun {
public:
  SeriesRun(Series &Out, Session &S, const std::vector<unsigned> &Workers, double End, MeasureContext &C)
      : Out(Out), S(S), Workers(Workers), End(End), C(C) {}

  void run() {
    if (calibrate() && structure() && together() && !C.StructureOnly)
      blocks();
  }

private:
  Series &Out;
  Session &S;
  const std::vector<unsigned> &Workers;
  double End;
  MeasureContext &C;
  Failure F;

  bool failed() {
    Out.Failed = F;
    return false;
  }

  bool calibrate() {
    auto R = S.measure({.Workers = 1, .Window = 0.1}, F);
    if (!R)
      return failed();
    describeCall(*R);
    // Long calls get the time of ten at least: the window's edges count pro rata.
    double Call = std::max(Out.Shape.CallSeconds, 1e-8);
    if (Call > 0.02 && !(R = S.measure({.Workers = 1, .Window = std::min(10 * Call, 2.0)}, F)))
      return failed();
    describeCall(*R);
    Call = std::max(Out.Shape.CallSeconds, 1e-8);
    Out.Batch = static_cast<unsigned>(std::clamp(std::ceil(50e-6 / Call), 1.0, 1e6));
    Out.Window = std::max(0.12, 30 * Call);
    // Five blocks must fit into the time at hand; a shorter window is less exact, and the report says so.
    double Fits = (End - monotonicSeconds()) / (LeastBlocks * 1.5 * Workers.size());
    if (Out.Window > Fits && Out.Window > 0.12) {
      Out.Window = std::max({0.12, Fits, 5 * Call});
      Out.Notes.push_back(formatv("windows of {0:f2} s, {1:f1} calls long: the budget allows no longer ones",
                                  Out.Window, Out.Window / Call));
    }
    return true;
  }

  /// Processor time and waiting of one call; time in which the worker wanted a processor and got none is not its own.
  void describeCall(const Run &R) {
    const WorkerRun &W = R.Each[0];
    double Waiting = std::max(0.0, W.Wall - W.Cpu - W.RunDelay);
    // The kernel adds a run delay up when it is over: one that lasts at the window's end is missing and looks like
    // waiting. But who waits gives up the processor of its own will, and that is counted.
    if (W.Voluntary <= 1 && Waiting < 0.5 * W.Wall)
      Waiting = 0;
    if (W.Iterations <= 0)
      return;
    Out.Shape.CallSeconds = (W.Cpu + Waiting) / W.Iterations;
    Out.Shape.CpuShare = W.Cpu + Waiting > 0 ? W.Cpu / (W.Cpu + Waiting) : 1;
    countCalls(W);
  }

  void countCalls(const WorkerRun &W) {
    if (W.Calls > 0) {
      Out.Shape.ReleasesPerCall = double(W.Releases) / W.Calls;
      Out.Shape.LocksPerCall = double(W.Locks) / W.Calls;
    }
    Out.Shape.RoundSeconds = Out.Shape.CallSeconds / std::max(1.0, Out.Shape.ReleasesPerCall);
  }

  bool structure() {
    Structure &Shape = Out.Shape;
    double Call = Shape.CallSeconds;
    // Windows of three calls at least, so that long calls have one alone.
    double Time = std::clamp(30 * Call, 0.4, 2.0);
    auto Windows = static_cast<unsigned>(std::clamp(Time / std::max(0.05, 3 * Call), 1.0, 7.0));
    MeasureOptions O{.Workers = 1, .Batch = Out.Batch, .Window = Time / Windows, .Cpu = true};
    // At most some 4000 timed rounds a second: reading the CPU clock is a system call.
    O.Every = static_cast<unsigned>(std::clamp(1 / (std::max(Shape.RoundSeconds, 1e-9) * 4000), 1.0, 1e6));
    O.GilMicros = S.hasGil() ? 500 : 0;
    std::vector<json::Object> Raw;
    HeldFraction Held(S.clockSeconds());
    WorkerRun All;
    for (unsigned I = 0; I < Windows; ++I) {
      size_t Before = Raw.size();
      auto R = S.measure(O, F, &Raw);
      if (!R)
        return failed();
      const WorkerRun &W = R->Each[0];
      All.Calls += W.Calls;
      All.Releases += W.Releases;
      All.Locks += W.Locks;
      if (Raw.size() > Before)
        Held.add(Raw[Before], W);
    }
    countCalls(All);
    Shape.HasGil = S.hasGil();
    observable();
    Held.estimate(Shape, tooFine());
    Shape.ReleasedAt = releaseSites(C.Names, Raw);
    Raw.clear();
    MeasureOptions Pc{.Workers = 1, .Batch = Out.Batch, .Window = std::clamp(30 * Call, 0.5, 2.0), .PcMicros = 1000};
    if (!S.measure(Pc, F, &Raw))
      return failed();
    std::vector<std::string> Extensions = S.extensions();
    for (const auto &[Path, Hooks] : S.hooked())
      if (!Hooks.empty() && StringRef(Path).contains(".so"))
        Extensions.push_back(Path);
    if (!Out.Import.File.empty())
      Extensions.insert(Extensions.begin(), Out.Import.File);
    Shape.HeldAt = heldLines(C.Names, Raw, extensionModules(Extensions), Shape.PcSamples);
    // Unhooked workers look attached all the time: only where they are is a line that was met one that holds the GIL.
    if (!Shape.Observable && Shape.HasGil && Shape.Held.value_or(0) < 0.9)
      Shape.HeldAt.clear();
    Shape.Measured = true;
    return hookCost();
  }

  /// Windows with and without recording in turn, in the same worker: between processes the same code differs by more
  /// than the hooks cost.
  bool hookCost() {
    if (Out.Shape.ReleasesPerCall + Out.Shape.LocksPerCall <= 0)
      return true;
    constexpr unsigned Pairs = 5;
    std::vector<double> Ratios;
    for (unsigned I = 0; I < Pairs; ++I) {
      double Cost[2] = {};
      for (bool Hooks : {I % 2 == 0, I % 2 != 0}) {
        auto R = S.measure({.Workers = 1,
                            .Batch = Out.Batch,
                            .Window = std::clamp(10 * Out.Shape.CallSeconds, 0.03, 0.3),
                            .Every = every(),
                            .Hooks = Hooks},
                           F);
        if (!R)
          return failed();
        if (R->Each[0].Iterations > 0)
          Cost[Hooks] = R->Each[0].Cpu / R->Each[0].Iterations;
      }
      if (Cost[false] > 0 && Cost[true] > 0)
        Ratios.push_back(Cost[true] / Cost[false]);
    }
    if (Ratios.size() == Pairs)
      Out.Shape.HookCost = stats::median(Ratios) - 1;
    return true;
  }

  /// Several workers once, however busy the machine is: waiting for locks, crashes and deadlocks show all the same.
  bool together() {
    for (unsigned N : {2u, Workers.back()}) {
      if (N > Workers.back() || (N == 2 && !is_contained(Workers, 2u) && Workers.back() != 2))
        continue;
      auto R = S.measure(
          {.Workers = N, .Batch = Out.Batch, .Window = std::max(0.15, std::min(Out.Window, 1.0)), .Every = every()}, F);
      if (!R)
        return failed();
      double Wall = 0, Whole = 0, Gil = 0, Lock = 0;
      for (const WorkerRun &W : R->Each) {
        Wall += W.Wall;
        Whole += W.WholeWall;
        Gil += W.GilWait;
        Lock += W.LockWait;
      }
      if (Whole > 0)
        Out.Shape.PairGilWait = Gil / Whole;
      if (Wall > 0)
        Out.Shape.PairLockWait = Lock / Wall;
      if (N == Workers.back())
        break;
    }
    return true;
  }

  /// Python's extension modules among the hooked objects: their file names say so; other libraries are called by them.
  static std::vector<std::string> extensionModules(const std::vector<std::string> &All) {
    std::vector<std::string> Result;
    for (const std::string &Path : All) {
      StringRef Name = sys::path::filename(Path);
      if (Name.contains("cpython-") || Name.contains(".abi3.") || (Name.ends_with(".so") && !Name.starts_with("lib")))
        Result.push_back(Path);
    }
    return Result;
  }

  /// Looking at the clock takes a good part of such rounds, and hides them.
  bool tooFine() const {
    constexpr double Looks = 20;
    return S.hasGil() && Out.Shape.ReleasesPerCall > 0 && Out.Shape.RoundSeconds < Looks * S.clockSeconds();
  }

  void observable() {
    Structure &Shape = Out.Shape;
    if (Out.Import.File.empty() && Out.Import.Tried && S.extensions().empty() && S.hooked().empty())
      Shape.WhyNot = "no extension module was loaded";
    else if (moduleIsBuiltin())
      Shape.WhyNot = "the module is part of the interpreter; its calls cannot be hooked";
    Shape.Observable = Shape.WhyNot.empty();
  }
  bool moduleIsBuiltin() const {
    // Interpreters of their own tell no file; what is hooked there is known all the same.
    if (Out.Strategy == "own-gil" || Out.Strategy == "shared-gil")
      return false;
    return Out.Import.File.empty();
  }

  void blocks() {
    unsigned Accepted = 0, Tried = 0;
    // Three times as many failures as successes can be needed on a busy machine; beyond that waiting does not help.
    constexpr unsigned MostTries = 60;
    while (Accepted < MostBlocks && Tried < MostTries && monotonicSeconds() < End) {
      Block B;
      B.Id = Tried++;
      B.At = monotonicSeconds() - C.Began;
      if (!block(B)) {
        if (F.Kind == "interrupted")
          Out.Notes.push_back("interrupted after " + std::to_string(Out.Blocks.size()) + " blocks");
        else
          Out.Failed = F;
        break;
      }
      Accepted += B.Accepted;
      Out.Blocks.push_back(std::move(B));
      if (C.Progress)
        C.Progress(Out, End - monotonicSeconds());
      if (Accepted >= LeastBlocks && preciseEnough())
        break;
      if (!Accepted && Tried >= 20)
        break;
    }
  }

  bool quiet(QuietCheck &Q, unsigned Threads) {
    Q = checkQuiet(C.Launch.Cpus, Threads);
    ++*C.QuietChecks;
    *C.QuietPassed += Q.Quiet;
    return Q.Quiet;
  }

  /// Whether the block counts is decided by the quiet checks alone, blind to what was measured.
  bool block(Block &B) {
    unsigned Threads = Workers.back();
    if (!quiet(B.Before, Threads)) {
      B.Rejected = "before: " + whyNotQuiet(B.Before);
      return true;
    }
    std::vector<unsigned> Order = Workers;
    for (size_t I = Order.size(); I > 1; --I)
      std::swap(Order[I - 1], Order[(C.Random() >> 11) % I]);
    for (unsigned N : Order) {
      auto R = S.measure({.Workers = N, .Batch = Out.Batch, .Window = Out.Window, .Every = every()}, F);
      if (!R)
        return false;
      B.Runs.push_back(std::move(*R));
    }
    B.Accepted = quiet(B.After, Threads);
    if (!B.Accepted)
      B.Rejected = "after: " + whyNotQuiet(B.After);
    return true;
  }

  /// Rounds so short that two looks at the clock would be more than half a percent are timed now and then.
  unsigned every() const {
    return static_cast<unsigned>(std::clamp(15e-6 / std::max(Out.Shape.RoundSeconds, 1e-9), 1.0, 1000.0));
  }

  bool preciseEnough() const {
    for (unsigned N : Workers) {
      if (N == 1)
        continue;
      std::vector<double> Ratios;
      for (const Block &B : Out.Blocks) {
        double Many = 0, One = 0;
        for (const Run &R : B.Runs) {
          if (R.Workers == N)
            Many = R.rate();
          if (R.Workers == 1)
            One = R.rate();
        }
        if (B.Accepted && One > 0)
          Ratios.push_back(Many / One);
      }
      stats::Estimate E = stats::estimateMedian(Ratios, 1);
      if (E.Count < LeastBlocks || E.halfWidth() > 0.03 * E.Median)
        return false;
    }
    return true;
  }
};

} // namespace

Series measureSeries(const KernelSpec &K, const InterpreterSpec &I, Strategy S, Share Sharing,
                     const std::vector<unsigned> &Workers, double Budget, MeasureContext &C) {
  Series Out;
  Out.Interpreter = I.Id;
  Out.Strategy = strategyName(S);
  Out.Share = shareName(Sharing);
  Out.Workers = Workers;
  Failure F;
  double End = monotonicSeconds() + Budget;
  auto Started = Session::start(K, I, S, Sharing, Workers.back(), C.Launch, Out.Import, F);
  if (!Started) {
    Out.Failed = F;
    return Out;
  }
  Out.StartSeconds = Started->startSeconds();
  Out.MemoryPerWorker = Started->memoryPerWorker();
  SeriesRun(Out, *Started, Workers, End, C).run();
  std::string Note;
  if (!Out.Failed)
    Started->finish(Note);
  if (!Note.empty())
    Out.Notes.push_back(Note);
  // One GIL for all workers is what bounds them; a GIL each is not.
  Out.Shape.HasGil = Started->hasGil() && (S == Strategy::Threads || S == Strategy::SharedGil);
  return Out;
}

} // namespace gilray::probe
