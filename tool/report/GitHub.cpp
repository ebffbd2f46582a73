// The findings as workflow commands of GitHub Actions: each becomes an annotation at its line of the pull request.
#include "report/Report.h"

namespace gilray::report {

using namespace llvm;

static StringRef command(Severity S) {
  switch (S) {
  case Severity::Note:
    return "notice";
  case Severity::Warning:
    return "warning";
  case Severity::Error:
    return "error";
  }
  llvm_unreachable("all severities have a command");
}

/// A command is one line; commas and colons divide its properties.
static std::string escaped(StringRef Text, bool Property) {
  std::string Out;
  for (char C : Text) {
    if (C == '%' || C == '\r' || C == '\n' || (Property && (C == ':' || C == ','))) {
      static constexpr char Digits[] = "0123456789ABCDEF";
      Out += {'%', Digits[C >> 4], Digits[C & 15]};
    } else {
      Out += C;
    }
  }
  return Out;
}

void writeGitHub(const Report &R, raw_ostream &OS) {
  auto Shown = [&](const Place &P) { return relativePath(P.File, R.Directory) + ":" + std::to_string(P.Line); };
  for (const Finding &F : R.Findings) {
    std::string Text = F.Message;
    for (const Note &N : F.Notes)
      Text += "\n" + (N.Where.File.empty() ? "" : Shown(N.Where) + ": ") + N.Message;
    OS << "::" << command(F.Sev) << " file=" << escaped(relativePath(F.Where.File, R.Directory), true)
       << ",line=" << F.Where.Line;
    if (F.Where.EndLine)
      OS << ",endLine=" << F.Where.EndLine;
    // GitHub knows columns only within one line.
    if (F.Where.Col && F.Where.EndLine == F.Where.Line)
      OS << ",col=" << F.Where.Col << ",endColumn=" << F.Where.EndCol;
    OS << ",title=gilray-" << F.Check->Name << "::" << escaped(Text, false) << '\n';
  }
}

} // namespace gilray::report
