// The readiness report for a terminal, and its one-line form.
#include "report/ReadinessDigest.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

namespace gilray::report {

using namespace llvm;
using readiness::GoalVerdict;
using readiness::Verdict;

namespace {

raw_ostream::Colors colorOf(Verdict V) {
  switch (V) {
  case Verdict::Declared:
  case Verdict::Earned:
    return raw_ostream::GREEN;
  case Verdict::Blocked:
    return raw_ostream::YELLOW;
  case Verdict::Contradicted:
    return raw_ostream::RED;
  case Verdict::Unknown:
    return raw_ostream::MAGENTA;
  }
  llvm_unreachable("all verdicts have a colour");
}

class TextWriter {
public:
  TextWriter(const ReadinessReport &R, raw_ostream &OS, bool Color) : R(R), OS(OS), Color(Color) {}

  void module(const ModuleReport &M) {
    const readiness::ModuleFacts &F = M.facts();
    heading(F.Name);
    OS << "  " << (F.Cython ? "Cython, " : "") << readiness::formName(F.Form) << ", " << placeText(F.Where, R.Directory)
       << "\n\n";
    table(M);
    Digest D = digest(M);
    facts("What stands in the way", D.Blockers);
    doubts("What could not be judged", D.Doubts);
    facts("Worth knowing", D.Concerns);
    doubts("Assumed", D.Assumptions);
    if (!D.Lines.empty()) {
      section("Earned: declare it with");
      for (const Digest::Earned &E : D.Lines)
        OS << "    " << indented(E.Line) << '\n';
    }
    if (D.Suppressed)
      OS << "\n  " << D.Suppressed << " more silenced by NOLINT comments\n";
  }

private:
  /// Of so many facts alike the way to each is shown, of more that to the first.
  static constexpr size_t MostWays = 3;

  const ReadinessReport &R;
  raw_ostream &OS;
  bool Color;

  void heading(StringRef Text) {
    if (Color)
      OS.changeColor(raw_ostream::SAVEDCOLOR, /*Bold=*/true);
    OS << Text;
    if (Color)
      OS.resetColor();
  }
  void section(StringRef Title) {
    OS << "\n  ";
    heading(Title);
    OS << '\n';
  }
  static std::string indented(StringRef Text) {
    std::string Out;
    for (char C : Text) {
      Out += C;
      if (C == '\n')
        Out += "    ";
    }
    return Out;
  }

  /// A row per goal, a column per version.
  void table(const ModuleReport &M) {
    constexpr size_t GoalWidth = 32;
    std::vector<size_t> Widths;
    OS << "  ";
    cell("judged for Python", GoalWidth);
    for (const JudgedModule &J : M.Versions) {
      size_t Width = J.Facts.Python.size();
      for (const GoalVerdict &V : J.Verdicts)
        Width = std::max(Width, verdictText(V).size());
      Widths.push_back(Width + 3);
      cell(J.Facts.Python.empty() ? "?" : J.Facts.Python, &J == &M.Versions.back() ? 0 : Widths.back());
    }
    OS << '\n';
    for (size_t G = 0; G < readiness::Goals.size(); ++G) {
      OS << "  ";
      cell(readiness::goalTitle(readiness::Goals[G]), GoalWidth);
      for (const auto &[J, Width] : zip(M.Versions, Widths)) {
        if (Color)
          OS.changeColor(colorOf(J.Verdicts[G].Is));
        cell(verdictText(J.Verdicts[G]), &J == &M.Versions.back() ? 0 : Width);
        if (Color)
          OS.resetColor();
      }
      OS << '\n';
    }
  }
  void cell(StringRef Text, size_t Width) {
    OS << Text;
    OS.indent(Width > Text.size() ? Width - Text.size() : 0);
  }

  /// Facts of one kind that stand in the way of the same and are cured in the same way.
  static bool belongTogether(const Digest::Blocker &A, const Digest::Blocker &B) {
    return A.Fact.What == B.Fact.What && A.Goals == B.Goals && A.Versions == B.Versions &&
           A.Fact.Remedy == B.Fact.Remedy;
  }

  void facts(StringRef Title, ArrayRef<Digest::Blocker> List) {
    if (List.empty())
      return;
    section(Title);
    std::vector<std::vector<const Digest::Blocker *>> Groups;
    for (const Digest::Blocker &B : List) {
      auto It = find_if(Groups, [&](const auto &G) { return belongTogether(*G.front(), B); });
      if (It == Groups.end())
        It = Groups.insert(It, {{}});
      It->push_back(&B);
    }
    for (const auto &G : Groups)
      group(G);
  }

  void group(ArrayRef<const Digest::Blocker *> Group) {
    const Digest::Blocker &First = *Group.front();
    OS << "    " << goalList(First.Goals) << versionList(First.Versions) << ":\n";
    for (const auto &[I, B] : enumerate(Group)) {
      OS << "      " << placeText(B->Fact.Where, R.Directory) << ": " << B->Fact.Says << '\n';
      if (Group.size() > MostWays && I)
        continue;
      for (const Note &N : B->Fact.Notes) {
        OS << "          " << N.Message;
        if (!N.Where.File.empty())
          OS << ", " << placeText(N.Where, R.Directory);
        OS << '\n';
      }
    }
    if (Group.size() > MostWays && any_of(drop_begin(Group), [](const auto *B) { return !B->Fact.Notes.empty(); }))
      OS << "      (how the others are reached: --format json)\n";
    if (!First.Fact.Remedy.empty())
      OS << "      to do: " << First.Fact.Remedy << '\n';
  }

  void doubts(StringRef Title, ArrayRef<Digest::Doubt> List) {
    if (List.empty())
      return;
    section(Title);
    for (const Digest::Doubt &D : List) {
      OS << "    ";
      if (std::string At = placeText(D.Where, R.Directory); !At.empty())
        OS << At << ": ";
      OS << D.Reason << versionList(D.Versions) << '\n';
      if (D.Goals)
        OS << "        for: " << goalList(D.Goals) << '\n';
    }
  }
};

} // namespace

void writeReadinessText(const ReadinessReport &R, raw_ostream &OS, bool Color) {
  TextWriter W(R, OS, Color);
  for (const ModuleReport &M : R.Modules) {
    if (&M != &R.Modules.front())
      OS << '\n';
    W.module(M);
  }
}

void writeReadinessBadge(const ReadinessReport &R, raw_ostream &OS) {
  for (const ModuleReport &M : R.Modules)
    for (const JudgedModule &J : M.Versions) {
      OS << J.Facts.Name;
      if (!J.Facts.Python.empty())
        OS << " (Python " << J.Facts.Python << ")";
      ListSeparator Separator(" | ");
      OS << ": ";
      for (const GoalVerdict &V : J.Verdicts)
        OS << Separator << readiness::goalTitle(V.Goal) << ' ' << verdictText(V);
      OS << '\n';
    }
}

} // namespace gilray::report
