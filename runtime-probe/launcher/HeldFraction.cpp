// See HeldFraction.h.
#include "launcher/HeldFraction.h"
#include "stats/Intervals.h"
#include <algorithm>
#include <cmath>

namespace gilray::probe {

using namespace llvm;

namespace {

constexpr uint64_t Seed = 1; // of intervals over eight windows or more; the same windows, the same interval

double share(double Part, double Of) { return Of > 0 ? std::clamp(Part / Of, 0.0, 1.0) : 0; }

} // namespace

void HeldFraction::add(const json::Object &Reply, const WorkerRun &Worker) {
  Sum.Wall += Worker.Wall;
  Sum.RunDelay += Worker.RunDelay;
  Sum.Involuntary += Worker.Involuntary;
  if (const json::Object *Seen = Reply.getObject("gil_samples")) {
    Samples += Seen->getInteger("samples").value_or(0);
    Held += Seen->getInteger("held").value_or(0);
    Method = Seen->getString("method").value_or("").str();
  }
  const json::Array *Workers = Reply.getArray("workers");
  const json::Object *Whole = Workers && !Workers->empty() ? (*Workers)[0].getAsObject()->getObject("whole") : nullptr;
  if (!Whole) // no call began and ended in this window
    return;
  auto Number = [&](StringRef Key) { return Whole->getNumber(Key).value_or(0); };
  double Rounds = Number("timed"), Scale = Rounds > 0 ? Number("releases") / Rounds : 0;
  if (Rounds <= 0 && Number("releases") > 0)
    return;
  // Two looks at the CPU clock in each timed round: half of each is on either side of the release.
  double Clock = ClockSeconds * Rounds;
  ByCpu.push_back(1 - share((Number("released_cpu") - Clock) * Scale, Number("cpu") - 2 * Clock));
  ByWall.push_back(1 - share(Number("released_wall") * Scale, Number("wall")));
  Wall += Number("wall");
  ReleasedWall += Number("released_wall") * Scale;
  Timed += static_cast<int64_t>(Rounds);
}

/// Two standard errors of the share of samples that found the GIL held. While the worker has no processor the lock
/// stays as it was, however often one looks: each such time is one sample.
double HeldFraction::chance(double Share) const {
  double Frozen = share(Sum.RunDelay, Sum.Wall), Running = 1 - Frozen;
  double Spread = std::max(Share * (1 - Share), 0.02);
  double Times = std::max<double>(1, Sum.Involuntary);
  return 2 * std::sqrt(Spread * (Running * Running / Samples + Frozen * Frozen / Times));
}

void HeldFraction::byLock(Structure &Shape, double Share) const {
  Shape.Held = Share;
  Shape.HeldLow = std::max(0.0, Share - chance(Share));
  Shape.HeldHigh = std::min(1.0, Share + chance(Share));
  Shape.HeldClock = "wall";
}

void HeldFraction::estimate(Structure &Shape, bool TooFine) const {
  bool Hooks = Shape.Observable && !TooFine && !ByCpu.empty();
  stats::Estimate Cpu = stats::estimateMedian(ByCpu, Seed), Passed = stats::estimateMedian(ByWall, Seed);
  // A kernel that waits is held or released for the time that passes, not for what it computes.
  bool Computes = Shape.CpuShare >= 0.9;
  Shape.HeldClock = Computes ? "cpu" : "wall";
  if (Hooks) {
    Shape.Estimates.push_back({"hooks-cpu", Cpu.Median, Timed});
    Shape.Estimates.push_back({"hooks-wall", Passed.Median, Timed});
    const stats::Estimate &Best = Computes ? Cpu : Passed;
    Shape.Held = Best.Median;
    if (Best.Count > 1) {
      Shape.HeldLow = Best.Low;
      Shape.HeldHigh = Best.High;
    }
  }
  if (Samples < 20)
    return;
  double Share = double(Held) / Samples;
  Shape.Estimates.push_back({Method, Share, Samples});
  if (Shape.Observable && TooFine && Sum.RunDelay > 0.2 * Sum.Wall) {
    // Who loses its processor does so more often just after letting go of the lock: what is seen then is not chance.
    Shape.WhyNot = "it releases the GIL so often that only looking at the lock tells how long it is held, and the "
                   "machine is too busy for that";
    return;
  }
  if (!Hooks) {
    byLock(Shape, Share);
    return;
  }
  // Like with like: both are shares of the time that passed in all windows.
  Shape.Disagreement = std::max(0.0, std::abs(Share - (1 - share(ReleasedWall, Wall))) - chance(Share));
  if (Share + chance(Share) + 0.15 >= std::min(Passed.Median, Cpu.Median))
    return;
  Shape.WhyNot = "the GIL is released inside the interpreter, where nothing can be hooked";
  Shape.Observable = false;
  byLock(Shape, Share);
}

} // namespace gilray::probe
