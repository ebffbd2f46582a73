// The readiness report for a pull request or an issue.
#include "report/ReadinessDigest.h"

namespace gilray::report {

using namespace llvm;

namespace {

/// Names from C code hold underscores and asterisks; pipes would end a table cell.
std::string escaped(StringRef Text) {
  std::string Out;
  for (char C : Text) {
    if (StringRef("\\`*_|<>[]").contains(C))
      Out += '\\';
    Out += C == '\n' ? ' ' : C;
  }
  return Out;
}

class MarkdownWriter {
public:
  MarkdownWriter(const ReadinessReport &R, raw_ostream &OS) : R(R), OS(OS) {}

  void module(const ModuleReport &M) {
    const readiness::ModuleFacts &F = M.facts();
    OS << "## " << escaped(F.Name) << "\n\n"
       << (F.Cython ? "Cython, " : "") << readiness::formName(F.Form) << ", `" << placeText(F.Where, R.Directory)
       << "`\n\n";
    table(M);
    Digest D = digest(M);
    facts("What stands in the way", D.Blockers);
    doubts("What could not be judged", D.Doubts);
    facts("Worth knowing", D.Concerns);
    doubts("Assumed", D.Assumptions);
    if (!D.Lines.empty()) {
      OS << "\n### Earned: declare it with\n\n```c\n";
      for (const Digest::Earned &E : D.Lines)
        OS << E.Line << '\n';
      OS << "```\n";
    }
    if (D.Suppressed)
      OS << '\n' << D.Suppressed << " more silenced by NOLINT comments.\n";
  }

private:
  const ReadinessReport &R;
  raw_ostream &OS;

  void table(const ModuleReport &M) {
    OS << "| |";
    for (const JudgedModule &J : M.Versions)
      OS << ' ' << (J.Facts.Python.empty() ? "?" : J.Facts.Python) << " |";
    OS << "\n|---|";
    for (size_t I = 0; I < M.Versions.size(); ++I)
      OS << "---|";
    OS << '\n';
    for (size_t G = 0; G < readiness::Goals.size(); ++G) {
      OS << "| " << readiness::goalTitle(readiness::Goals[G]) << " |";
      for (const JudgedModule &J : M.Versions)
        OS << ' ' << verdictText(J.Verdicts[G]) << " |";
      OS << '\n';
    }
  }

  void facts(StringRef Title, ArrayRef<Digest::Blocker> List) {
    if (List.empty())
      return;
    OS << "\n### " << Title << "\n\n";
    for (const Digest::Blocker &B : List) {
      const evidence::Fact &F = B.Fact;
      OS << "- `" << placeText(F.Where, R.Directory) << "`: " << escaped(F.Says) << versionList(B.Versions)
         << "  \n  for " << goalList(B.Goals);
      if (!F.Remedy.empty())
        OS << "  \n  to do: " << escaped(F.Remedy);
      OS << '\n';
      for (const Note &N : F.Notes) {
        OS << "  - " << escaped(N.Message);
        if (!N.Where.File.empty())
          OS << ", `" << placeText(N.Where, R.Directory) << '`';
        OS << '\n';
      }
    }
  }

  void doubts(StringRef Title, ArrayRef<Digest::Doubt> List) {
    if (List.empty())
      return;
    OS << "\n### " << Title << "\n\n";
    for (const Digest::Doubt &D : List) {
      OS << "- ";
      if (std::string At = placeText(D.Where, R.Directory); !At.empty())
        OS << '`' << At << "`: ";
      OS << escaped(D.Reason) << versionList(D.Versions);
      if (D.Goals)
        OS << "  \n  for " << goalList(D.Goals);
      OS << '\n';
    }
  }
};

} // namespace

void writeReadinessMarkdown(const ReadinessReport &R, raw_ostream &OS) {
  MarkdownWriter W(R, OS);
  OS << "# Readiness\n";
  for (const ModuleReport &M : R.Modules) {
    OS << '\n';
    W.module(M);
  }
}

} // namespace gilray::report
