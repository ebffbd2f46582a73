// Merging of findings.
#include "driver/Collect.h"
#include "config/Targets.h"
#include "llvm/ADT/STLExtras.h"

namespace gilray::driver {

using namespace llvm;

/// "3.13t" as the headers of a unit say; empty without Python.h.
static std::string ownTarget(const ir::Unit &U) {
  if (!U.Facts.PyVersionHex)
    return {};
  config::Target T{U.Facts.PyVersionHex >> 24, (U.Facts.PyVersionHex >> 16) & 0xff, U.Facts.GilDisabled};
  return T.name();
}

void Collector::label(std::vector<Finding> &Findings, ArrayRef<const ir::Unit *> Units, StringRef Label) {
  std::map<std::string, std::string> ByFile;
  std::vector<std::string> Labels;
  for (const ir::Unit *U : Units) {
    std::string T = Label.empty() ? ownTarget(*U) : Label.str();
    if (T.empty())
      continue;
    ByFile[U->MainFile.str()] = T;
    if (!is_contained(Labels, T))
      Labels.push_back(T);
  }
  for (Finding &F : Findings) {
    auto It = ByFile.find(F.Where.File);
    F.Targets = It == ByFile.end() ? Labels : std::vector<std::string>{It->second};
  }
  for (const std::string &T : Labels)
    if (!is_contained(Targets, T))
      Targets.push_back(T);
}

void Collector::add(ArrayRef<const ir::Unit *> Units, AnalysisResult Found, StringRef Label) {
  for (const ir::Unit *U : Units) {
    Silenced.add(*U);
    if (HostFile.empty()) // a host shows places of the file that it has open
      Cython.add(*U);
  }
  label(Found.Findings, Units, Label);
  llvm::move(Found.Findings, std::back_inserter(All));
  llvm::move(Found.Unjudged, std::back_inserter(Unjudged));
  llvm::move(Found.Kernels, std::back_inserter(Kernels));
  for (const Crash &C : Found.Crashes)
    if (C.Check)
      Crashed.push_back(C.Check);
}

/// Order of versions, not of letters: 3.9 before 3.10.
static bool olderTarget(StringRef A, StringRef B) {
  auto Left = config::parseTarget(A), Right = config::parseTarget(B);
  if (Left && Right)
    return *Left < *Right;
  consumeError(Left.takeError());
  consumeError(Right.takeError());
  return A < B;
}

static bool earlier(const Finding &A, const Finding &B) { return before(A, B); }

static bool same(const Finding &A, const Finding &B) {
  return A.Check == B.Check && A.Where == B.Where && A.Message == B.Message && A.Function == B.Function;
}

/// A finding that stands for several places is told at the next one if a comment silences it at the first: the comment
/// judged one place.
void Collector::passOn() {
  for (size_t I = 0; I < All.size(); ++I) {
    if (All[I].Where.File == HostFile || !Wanted.severity(All[I]) || !Silenced.suppresses(All[I], Cython))
      continue;
    auto Next = find_if(All[I].Notes, [](const Note &N) { return !N.Alone.empty(); });
    if (Next == All[I].Notes.end())
      continue;
    Finding F = All[I];
    Note There = *Next;
    F.Notes.erase(F.Notes.begin() + (Next - All[I].Notes.begin()));
    F.Where = std::move(There.Where);
    F.Message = std::move(There.Alone);
    F.Fixes.clear(); // they mend the first place
    All.push_back(std::move(F));
  }
}

Collector::Result Collector::take() {
  Result R;
  Silenced.add(Cython);
  Silenced.finish();
  passOn();
  llvm::sort(All, earlier);
  const Finding *Last = nullptr; // suppressed; the same finding under several targets counts once
  for (Finding &F : All) {
    std::optional<Severity> Level = Wanted.severity(F);
    if (!Level)
      continue;
    F.Sev = *Level;
    if (Silenced.suppresses(F, Cython) && F.Where.File != HostFile) {
      R.Suppressed += !Last || !same(*Last, F);
      Last = &F;
      continue;
    }
    if (!R.Findings.empty() && same(R.Findings.back(), F)) {
      Finding &Kept = R.Findings.back();
      Kept.Sev = std::max(Kept.Sev, F.Sev);
      for (std::string &T : F.Targets)
        if (!is_contained(Kept.Targets, T))
          Kept.Targets.push_back(std::move(T));
      continue;
    }
    R.Findings.push_back(std::move(F));
  }
  StringSet<> NotJudged;
  for (const Incomplete &I : Unjudged) {
    NotJudged.insert(I.Where.File);
    Place P = I.Where;
    Cython.move(P);
    NotJudged.insert(P.File);
  }
  std::vector<const CheckInfo *> Ran = Wanted.checksToRun();
  llvm::erase_if(Ran, [&](const CheckInfo *C) { return is_contained(Crashed, C); });
  for (Finding &F : Silenced.complaints(Ran, NotJudged))
    if (auto Level = Wanted.severity(F)) {
      F.Sev = *Level;
      F.Targets = Targets;
      R.Findings.push_back(std::move(F));
    }
  llvm::sort(R.Findings, earlier);
  for (Finding &F : R.Findings) {
    llvm::sort(F.Targets, olderTarget);
    if (F.Check->State == Maturity::Preview)
      F.Message += " (preview check)";
  }
  llvm::sort(Targets, olderTarget);
  R.Targets = std::move(Targets);
  llvm::sort(Unjudged, [](const Incomplete &A, const Incomplete &B) { return before(A, B); });
  Unjudged.erase(llvm::unique(Unjudged,
                              [](const Incomplete &A, const Incomplete &B) {
                                return A.Where == B.Where && A.Function == B.Function && A.Reason == B.Reason;
                              }),
                 Unjudged.end());
  R.Unjudged = std::move(Unjudged);
  // A function is the same candidate for every target; the first target speaks for it.
  auto Place = [](const kernels::Kernel &K) { return std::tie(K.Where.File, K.Where.Line, K.Where.Col, K.Function); };
  llvm::stable_sort(Kernels, [&](const auto &A, const auto &B) { return Place(A) < Place(B); });
  Kernels.erase(llvm::unique(Kernels, [&](const auto &A, const auto &B) { return Place(A) == Place(B); }),
                Kernels.end());
  R.Kernels = std::move(Kernels);
  if (!Cython.empty())
    speakCython(R);
  return R;
}

/// After suppressions, which may be comments of the C file, and after equal findings were merged there.
void Collector::speakCython(Result &R) const {
  llvm::erase_if(R.Findings, [&](Finding &F) { return !Cython.translate(F); });
  llvm::sort(R.Findings, earlier);
  R.Findings.erase(std::unique(R.Findings.begin(), R.Findings.end(), same), R.Findings.end());
  for (Incomplete &I : R.Unjudged)
    if (Cython.isGenerated(I.Where.File)) {
      Cython.move(I.Where);
      I.Function = CythonPlaces::readable(I.Function);
    }
  for (kernels::Kernel &K : R.Kernels)
    if (Cython.isGenerated(K.Where.File)) {
      Cython.move(K.Where);
      K.Function = CythonPlaces::readable(K.Function);
    }
}

void dropForeign(AnalysisResult &Result, const StringSet<> &Foreign, ArrayRef<std::string> Files) {
  llvm::erase_if(Result.Findings, [&](const Finding &F) {
    return Foreign.contains(F.Where.File) &&
           none_of(F.Notes, [&](const Note &N) { return is_contained(Files, N.Where.File); });
  });
  llvm::erase_if(Result.Unjudged, [&](const Incomplete &I) { return Foreign.contains(I.Where.File); });
  llvm::erase_if(Result.Kernels, [&](const kernels::Kernel &K) { return Foreign.contains(K.Where.File); });
}

} // namespace gilray::driver
