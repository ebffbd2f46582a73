// The findings as Markdown, for the summary of a CI job or a comment on a change.
#include "report/Report.h"
#include "llvm/ADT/STLExtras.h"

namespace gilray::report {

using namespace llvm;

/// Text that is no markup, also inside a table or a list; source text may hold anything.
static std::string plain(StringRef Text) {
  std::string Out;
  for (char C : Text) {
    if (StringRef("\\`*_{}[]<>#|~&").contains(C))
      Out += '\\';
    Out += C == '\n' || C == '\r' ? ' ' : C;
  }
  return Out;
}

/// Code in a span that ends where it should: the fence is longer than any run of backticks inside.
static std::string code(StringRef Text) {
  size_t Longest = 0, Run = 0;
  for (char C : Text)
    Longest = std::max(Longest, Run = C == '`' ? Run + 1 : 0);
  std::string Fence(Longest + 1, '`');
  return Longest ? Fence + " " + Text.str() + " " + Fence : Fence + Text.str() + Fence;
}

static StringRef word(Severity S) {
  return S == Severity::Error ? "error" : S == Severity::Warning ? "warning" : "note";
}

/// What was measured, agreement and disagreement alike, before the findings: it says which of them matter.
static void writeMeasured(const Report &R, raw_ostream &OS) {
  size_t Counts[4] = {};
  for (const Measured &M : R.Measurements)
    ++Counts[static_cast<size_t>(M.Is)];
  OS << "\nMeasured by the probe: " << Counts[static_cast<size_t>(Outcome::Confirmed)] << " confirmed, "
     << Counts[static_cast<size_t>(Outcome::Contradicted)] << " contradicted, "
     << Counts[static_cast<size_t>(Outcome::NotExercised)] << " not exercised; " << Counts[0]
     << " not about what can be measured.\n\n| outcome | finding | by | what was measured | gain if fixed |\n"
        "| --- | --- | --- | --- | --- |\n";
  for (Outcome O : {Outcome::Confirmed, Outcome::Contradicted, Outcome::NotExercised})
    for (size_t I = 0; I < R.Findings.size(); ++I)
      if (const Measured &M = R.Measurements[I]; M.Is == O)
        OS << "| **" << outcomeName(O) << "** | gilray-" << R.Findings[I].Check->Name << " at "
           << plain(relativePath(R.Findings[I].Where.File, R.Directory)) << ":" << R.Findings[I].Where.Line << " | "
           << plain(M.Kernel) << " | " << plain(M.Evidence) << " | " << plain(M.Gain) << " |\n";
}

void writeMarkdown(const Report &R, raw_ostream &OS) {
  size_t Counts[3] = {};
  for (const Finding &F : R.Findings)
    ++Counts[static_cast<size_t>(F.Sev)];
  auto Counted = [](size_t N, StringRef What) { return std::to_string(N) + " " + What.str() + (N == 1 ? "" : "s"); };
  auto Shown = [&](const Place &P) { return relativePath(P.File, R.Directory) + ":" + std::to_string(P.Line); };
  auto Is = [&](size_t I) { return R.HasProbe ? R.Measurements[I].Is : Outcome::NotMeasurable; };
  OS << "## gilray\n\n"
     << Counted(R.Files.size(), "file") << " checked: " << Counted(Counts[2], "error") << ", "
     << Counted(Counts[1], "warning") << ", " << Counted(Counts[0], "note") << ", " << R.Unjudged.size()
     << " incomplete.\n";
  if (R.HasProbe)
    writeMeasured(R, OS);
  if (!R.Findings.empty()) {
    OS << "\n| severity | where | finding | check |" << (R.HasProbe ? " measured |" : "")
       << "\n| --- | --- | --- | --- |" << (R.HasProbe ? " --- |" : "") << '\n';
    for (size_t I = 0; I < R.Findings.size(); ++I) {
      const Finding &F = R.Findings[I];
      OS << "| " << word(F.Sev) << " | " << plain(Shown(F.Where)) << " | " << plain(F.Message) << " | gilray-"
         << F.Check->Name << " |";
      if (R.HasProbe)
        OS << ' ' << (Is(I) == Outcome::NotMeasurable ? "" : outcomeName(Is(I))) << " |";
      OS << '\n';
    }
    OS << "\n<details><summary>Paths</summary>\n";
    for (const Finding &F : R.Findings) {
      OS << "\n**" << plain(Shown(F.Where)) << "** " << plain(F.Message) << "\n\n";
      for (const Note &N : F.Notes)
        OS << "1. " << (N.Where.File.empty() ? "" : code(Shown(N.Where)) + " ") << plain(N.Message) << '\n';
    }
    OS << "\n</details>\n";
  }
  if (!R.Unjudged.empty()) {
    OS << "\n<details><summary>Not judged</summary>\n\n";
    for (const Incomplete &I : R.Unjudged)
      OS << "- " << code(Shown(I.Where)) << (I.Function.empty() ? "" : " " + code(I.Function)) << ' ' << plain(I.Reason)
         << '\n';
    OS << "\n</details>\n";
  }
}

} // namespace gilray::report
