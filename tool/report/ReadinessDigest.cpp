#include "report/ReadinessDigest.h"
#include "config/Targets.h"
#include "report/Report.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

namespace gilray::report {

using namespace llvm;
using evidence::Goal;
using readiness::GoalVerdict;
using readiness::Verdict;

static bool older(StringRef A, StringRef B) {
  auto Left = config::parseTarget(A), Right = config::parseTarget(B);
  if (Left && Right)
    return *Left < *Right;
  consumeError(Left.takeError());
  consumeError(Right.takeError());
  return A < B;
}

std::vector<ModuleReport> groupModules(std::vector<JudgedModule> Judged) {
  llvm::stable_sort(Judged, [](const JudgedModule &A, const JudgedModule &B) {
    auto Key = [](const JudgedModule &M) { return std::tie(M.Facts.Name, M.Facts.Where.File); };
    if (Key(A) != Key(B))
      return Key(A) < Key(B);
    return older(A.Facts.Python, B.Facts.Python);
  });
  std::vector<ModuleReport> Out;
  for (JudgedModule &M : Judged) {
    bool Same = !Out.empty() && Out.back().facts().Name == M.Facts.Name &&
                Out.back().facts().Where.File == M.Facts.Where.File &&
                Out.back().Versions.back().Facts.Python != M.Facts.Python;
    if (!Same)
      Out.emplace_back();
    Out.back().Versions.push_back(std::move(M));
  }
  return Out;
}

namespace {

/// Adds Item to List or, if it is there, the goal and version to it.
template <class T, class Same> T &merge(std::vector<T> &List, Goal G, const std::string &Version, T Item, Same IsSame) {
  auto It = find_if(List, IsSame);
  if (It == List.end()) {
    List.push_back(std::move(Item));
    It = std::prev(List.end());
  }
  It->Goals |= G;
  if (!is_contained(It->Versions, Version))
    It->Versions.push_back(Version);
  return *It;
}

void mergeFact(std::vector<Digest::Blocker> &List, Goal G, const std::string &Version, const evidence::Fact &F) {
  merge(List, G, Version, Digest::Blocker{F},
        [&](const Digest::Blocker &B) { return B.Fact.Where == F.Where && B.Fact.Says == F.Says; });
}

void mergeDoubt(std::vector<Digest::Doubt> &List, Goal G, const std::string &Version, const std::string &Reason,
                const Place &Where) {
  merge(List, G, Version, Digest::Doubt{Reason, Where},
        [&](const Digest::Doubt &D) { return D.Reason == Reason && D.Where == Where; });
}

void addVerdict(Digest &D, const GoalVerdict &V, const std::string &Version) {
  for (const evidence::Fact &F : V.Blockers)
    mergeFact(D.Blockers, V.Goal, Version, F);
  for (const evidence::Fact &F : V.Concerns)
    mergeFact(D.Concerns, V.Goal, Version, F);
  for (const std::string &Reason : V.Because)
    mergeDoubt(D.Doubts, V.Goal, Version, Reason, V.Says.Where);
  for (const evidence::Unseen &U : V.Unseen)
    mergeDoubt(D.Doubts, V.Goal, Version, U.Reason, U.Where);
  // Own-GIL support includes the weaker promise: the array has one slot for both.
  if (V.Is == Verdict::Earned && !V.Line.empty()) {
    if (V.Goal == evidence::OwnGilInterpreters)
      llvm::erase_if(D.Lines, [](const Digest::Earned &E) { return E.Goal == evidence::SharedGilInterpreters; });
    if (none_of(D.Lines, [&](const Digest::Earned &E) { return E.Line == V.Line; }))
      D.Lines.push_back({V.Line, V.Goal});
  }
}

} // namespace

Digest digest(const ModuleReport &M) {
  Digest D;
  for (const JudgedModule &J : M.Versions) {
    D.Versions.push_back(J.Facts.Python);
    D.Suppressed = std::max(D.Suppressed, J.Suppressed);
    for (const GoalVerdict &V : J.Verdicts)
      addVerdict(D, V, J.Facts.Python);
    for (const evidence::Unseen &U : J.Facts.Unseen)
      if (!U.Hides)
        mergeDoubt(D.Assumptions, Goal(0), J.Facts.Python, U.Reason, U.Where);
  }
  auto Tidy = [&](auto &List) {
    for (auto &Item : List)
      if (Item.Versions.size() == D.Versions.size())
        Item.Versions.clear();
  };
  // What blocks one goal and is merely worth knowing for another is shown once.
  llvm::erase_if(D.Concerns, [&](const Digest::Blocker &C) {
    return any_of(D.Blockers,
                  [&](const Digest::Blocker &B) { return B.Fact.Where == C.Fact.Where && B.Fact.Says == C.Fact.Says; });
  });
  Tidy(D.Blockers);
  Tidy(D.Concerns);
  Tidy(D.Doubts);
  Tidy(D.Assumptions);
  return D;
}

std::string verdictText(const GoalVerdict &V) {
  std::string Word = readiness::verdictName(V.Is).str();
  if (V.Is == Verdict::Blocked || V.Is == Verdict::Contradicted)
    Word += " by " + std::to_string(V.Blockers.size());
  return Word;
}

std::string goalList(uint8_t Goals) {
  std::vector<std::string> Names;
  for (Goal G : readiness::Goals)
    if (Goals & G)
      Names.push_back(readiness::goalTitle(G).str());
  if (Names.size() == readiness::Goals.size())
    return "all goals";
  return join(Names, "; ");
}

std::string versionList(ArrayRef<std::string> Versions) {
  return Versions.empty() ? "" : " (" + join(Versions, ", ") + " only)";
}

std::string placeText(const Place &P, StringRef Directory) {
  if (P.File.empty())
    return {};
  std::string Out = relativePath(P.File, Directory);
  if (P.Line)
    Out += ":" + std::to_string(P.Line);
  if (P.Line && P.Col)
    Out += ":" + std::to_string(P.Col);
  return Out;
}

} // namespace gilray::report
