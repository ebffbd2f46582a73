#include "kernels/Work.h"

namespace gilray::kernels {

/// What things cost, in simple operations. Only the orders of magnitude matter.
static constexpr double PerLoop = 10, ApiCall = 20, UnknownCall = 20, MostlyShort = 100, WorksOnData = 2000,
                        WaitsOutside = 20000;
static constexpr unsigned DeepestLoop = 4;

unsigned loopDepth(const ir::Function &F, ir::BlockId B) {
  unsigned Depth = 0;
  for (uint32_t L = F.Blocks[B].Loop; L && Depth < 16; L = F.Loops[L - 1].Parent)
    ++Depth;
  return Depth;
}

const flow::Results::ThreadMap &WorkGuess::threads(FnId F) {
  auto [It, New] = Threads.try_emplace(F);
  if (New)
    It->second = R.threads(F);
  return It->second;
}

double WorkGuess::ownWeight(FnId F, const ir::Event &E, const link::Target &T) const {
  if (E.Kind != ir::EventKind::Call && E.Kind != ir::EventKind::Macro)
    return 1;
  if (const api::BlockingEntry *B =
          T.Named ? P.model().blocking(T.Named->Name, P.homeOf(P.unit(F), *T.Named)) : nullptr) {
    switch (B->Blocks) {
    case api::Degree::Certain:
      return WaitsOutside;
    case api::Degree::Likely:
      return WorksOnData;
    default:
      return MostlyShort;
    }
  }
  if (T.Api)
    return T.Api->Needs == api::Need::Attached ? ApiCall : 2;
  return UnknownCall;
}

Work WorkGuess::of(FnId Id) {
  Entry &Known = this->Known[Id];
  if (Known.Running || Known.Guess.all() > 0)
    return Known.Guess; // recursion: what is known so far
  Known.Running = true;
  const ir::Function &F = P.fn(Id);
  const flow::FunctionInfo &I = R.engine().infos()[Id];
  const flow::Results::ThreadMap &Map = threads(Id);
  Work Sum;
  for (ir::BlockId B = 0; B < F.Blocks.size(); ++B) {
    double Times = 1;
    for (unsigned D = 0, End = std::min(loopDepth(F, B), DeepestLoop); D < End; ++D)
      Times *= PerLoop;
    uint8_t Last = 0;
    for (uint32_t N = 0; N < F.Blocks[B].Events.size(); ++N) {
      const link::Target &T = I.Targets[B][N];
      Last = Map[B][N];
      Work Part;
      if (!T.Fns.empty() && !T.Api) {
        Part = of(T.Fns.front());
        if (!isAttached(Last) && isDetached(Last))
          Part = {0, Part.all()};
      } else {
        double W = ownWeight(Id, F.Blocks[B].Events[N], T);
        bool Att = isAttached(Last), Det = isDetached(Last);
        Part = {Att ? Det ? W / 2 : W : 0, Det ? Att ? W / 2 : W : 0};
      }
      Sum.Attached += Times * Part.Attached;
      Sum.Detached += Times * Part.Detached;
    }
    // Arithmetic without events belongs to the loop's header.
    if (uint32_t L = F.Blocks[B].Loop; L && F.Loops[L - 1].Header == B && Last)
      (isDetached(Last) ? Sum.Detached : Sum.Attached) += Times * F.Loops[L - 1].Work;
  }
  Known.Running = false;
  return Known.Guess = Sum;
}

} // namespace gilray::kernels
