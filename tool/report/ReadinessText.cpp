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
    OS << "  " << std::string(GoalWidth, ' ');
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

  void facts(StringRef Title, ArrayRef<Digest::Blocker> List) {
    if (List.empty())
      return;
    section(Title);
    for (const Digest::Blocker &B : List) {
      const evidence::Fact &F = B.Fact;
      OS << "    " << placeText(F.Where, R.Directory) << ": " << F.Says << versionList(B.Versions) << '\n';
      OS << "        for: " << goalList(B.Goals) << '\n';
      for (const Note &N : F.Notes) {
        OS << "        " << N.Message;
        if (!N.Where.File.empty())
          OS << ", " << placeText(N.Where, R.Directory);
        OS << '\n';
      }
      if (!F.Remedy.empty())
        OS << "        to do: " << F.Remedy << '\n';
    }
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
