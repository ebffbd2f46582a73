// See Replay.h.
#include "launcher/Replay.h"
#include "launcher/Machine.h"
#include "report/Verdict.h"
#include "llvm/Support/FormatVariadic.h"
#include <cmath>

namespace gilray::probe {

using namespace llvm;

/// The replaying kernel; Problem is set when there is nothing that could be replayed.
static KernelSpec kernelFor(const Structure &Shape, Replay &Out) {
  constexpr double ShortestRest = 500e-6; // sleeping is exact to some tens of microseconds
  double Rounds = std::max(1.0, std::round(Shape.ReleasesPerCall));
  double Held = *Shape.Held * Shape.CallSeconds / Rounds, Rest = (1 - *Shape.Held) * Shape.CallSeconds / Rounds;
  if (Rest < ShortestRest)
    Out.Stretched = ShortestRest / std::max(Rest, 1e-9);
  // Longer rounds hide what handing the lock over costs: where that matters the replay would flatter the kernel.
  if (Out.Stretched > 1000)
    Out.Problem = "the rounds are too short to be replayed";
  KernelSpec K;
  K.Name = "replay";
  K.Module = "sys";
  K.Call = formatv("sys._gilray_probe_replay(({0}, {1}, {2}))", static_cast<int64_t>(Held * Out.Stretched * 1e9),
                   static_cast<int64_t>(Rest * Out.Stretched * 1e9), Out.Stretched > 1 ? 1 : int(Rounds));
  return K;
}

Replay replaySeries(const Series &S, const InterpreterSpec &I, unsigned Workers, MeasureContext &C) {
  Replay Out;
  Out.Workers = Workers;
  KernelSpec K = kernelFor(S.Shape, Out);
  if (!Out.Problem.empty())
    return Out;
  ImportFacts Import;
  Failure F;
  auto Session = Session::start(K, I, Strategy::Threads, Share::Own, Workers, C.Launch, Import, F);
  double Call = S.Shape.CallSeconds * (Out.Stretched > 1 ? Out.Stretched / std::max(1.0, S.Shape.ReleasesPerCall) : 1);
  // With all threads a call takes as long as their turns with the lock together.
  double Window = std::clamp(8 * Call * std::max(1.0, Workers * *S.Shape.Held), 0.3, 3.0);
  std::vector<double> Ratios;
  constexpr unsigned Tries = 12;
  while (Session && Ratios.size() < LeastBlocks && Out.Tried < Tries) {
    ++Out.Tried;
    if (!checkQuiet(C.Launch.Cpus, 2).Quiet)
      continue;
    auto One = Session->measure({.Workers = 1, .Window = Window}, F);
    auto Many = One ? Session->measure({.Workers = Workers, .Window = Window}, F) : std::nullopt;
    if (!Many)
      break;
    if (checkQuiet(C.Launch.Cpus, 2).Quiet && One->rate() > 0)
      Ratios.push_back(Many->rate() / One->rate());
  }
  Out.Problem = F.Text;
  Out.Accepted = Ratios.size();
  Out.Speedup = intervalOf(stats::estimateMedian(Ratios, 1));
  std::string Note;
  if (Session && F.Kind.empty())
    Session->finish(Note);
  return Out;
}

} // namespace gilray::probe
