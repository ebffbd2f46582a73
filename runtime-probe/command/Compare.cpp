// See Compare.h.
#include "command/Compare.h"
#include "llvm/Support/FormatVariadic.h"
#include <cmath>
#include <map>

namespace gilray::probe {

using namespace llvm;

static std::map<std::string, const Result *> resultsOf(const Report &R) {
  std::map<std::string, const Result *> All;
  for (const Kernel &K : R.Kernels)
    for (const Result &X : K.Results)
      All[K.Name + ", " + X.Interpreter + ", " + X.Strategy + (X.Share == "own" ? "" : " (shared " + X.Share + ")") +
          ", " + std::to_string(X.Workers) + " workers"] = &X;
  return All;
}

static void compare(const std::string &Name, const Result &Old, const Result &New, raw_ostream &OS, unsigned &Count) {
  auto Say = [&](const Twine &Text) {
    OS << Name << ": " << Text << '\n';
    ++Count;
  };
  if (Old.Verdict != New.Verdict)
    Say("was '" + Twine(Old.Verdict) + "', is '" + New.Verdict + "'" +
        (New.Evidence.empty() ? Twine() : ": " + Twine(New.Evidence)));
  bool Apart = Old.Speedup.High < New.Speedup.Low || New.Speedup.High < Old.Speedup.Low;
  if (Old.Accepted && New.Accepted && Apart)
    Say(formatv("speed-up {0:f2} [{1:f2}, {2:f2}], was {3:f2} [{4:f2}, {5:f2}]", New.Speedup.Median, New.Speedup.Low,
                New.Speedup.High, Old.Speedup.Median, Old.Speedup.Low, Old.Speedup.High)
            .str());
  if (Old.HeldFraction && New.HeldFraction && std::abs(*Old.HeldFraction - *New.HeldFraction) > 0.05)
    Say(formatv("held {0:f0} % of the time, was {1:f0} %", *New.HeldFraction * 100, *Old.HeldFraction * 100).str());
  if (std::abs(Old.ReleasesPerCall - New.ReleasesPerCall) > std::max(0.5, 0.1 * Old.ReleasesPerCall))
    Say(formatv("releases the GIL {0:f1} times per call, was {1:f1}", New.ReleasesPerCall, Old.ReleasesPerCall).str());
}

void writeComparison(const Report &Old, const Report &New, raw_ostream &OS) {
  auto A = resultsOf(Old), B = resultsOf(New);
  unsigned Count = 0;
  for (const auto &[Name, X] : A)
    if (auto At = B.find(Name); At != B.end())
      compare(Name, *X, *At->second, OS, Count);
    else
      OS << Name << ": only in the older run\n", ++Count;
  for (const auto &[Name, X] : B)
    if (!A.count(Name))
      OS << Name << ": only in the newer run (" << X->Verdict << ")\n", ++Count;
  if (!Count)
    OS << "no difference beyond what the intervals allow\n";
  if (Old.Machine.CpuModel != New.Machine.CpuModel || Old.Machine.Used.size() != New.Machine.Used.size())
    OS << "note: the runs were on different machines (" << Old.Machine.CpuModel << " and " << New.Machine.CpuModel
       << ")\n";
}

} // namespace gilray::probe
