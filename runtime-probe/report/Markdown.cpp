// See Markdown.h.
#include "report/Markdown.h"
#include "report/Text.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FormatVariadic.h"

namespace gilray::probe {

using namespace llvm;

/// Text in a table cell: no column ends, no line ends, no markup of the kernel's.
static std::string cell(StringRef Text) {
  std::string Result;
  for (char C : Text) {
    if (StringRef("|\\`*_<>[]").contains(C))
      Result += '\\';
    Result += C == '\n' || C == '\r' ? ' ' : C;
  }
  return Result;
}

static void writeKernel(const Kernel &K, raw_ostream &OS) {
  OS << "\n### " << cell(K.Name) << "\n\n"
     << "| interpreter | strategy | workers | speed-up | held | blocks | verdict | |\n"
        "|---|---|---:|---|---:|---:|---|---|\n";
  for (const Result &R : K.Results) {
    OS << "| " << cell(R.Interpreter) << " | " << R.Strategy << (R.Share == "own" ? "" : " (shared " + R.Share + ")")
       << " | " << R.Workers << " | ";
    if (R.Accepted)
      OS << formatv("{0:f2} ({1:f2} to {2:f2})", R.Speedup.Median, R.Speedup.Low, R.Speedup.High);
    OS << " | ";
    if (R.HeldFraction)
      OS << formatv("{0:f0} %", *R.HeldFraction * 100);
    OS << " | " << R.Accepted << "/" << R.Tried << " | **" << R.Verdict << "** | " << cell(R.Evidence) << " |\n";
  }
  for (const Advice &A : K.AllAdvice) {
    OS << "\n**" << cell(A.Interpreter) << "**\n\n";
    for (const std::string &Sentence : A.Text)
      OS << "- " << cell(Sentence) << '\n';
  }
  for (const Checked &E : K.Expectations)
    OS << "\n- " << (E.Outcome == "fail" ? "**fail**" : E.Outcome) << ": `" << E.Text << "`: " << cell(E.Why);
  if (!K.Expectations.empty())
    OS << '\n';
}

void writeMarkdown(const Report &R, raw_ostream &OS) {
  OS << "## gilray probe\n\n"
     << cell(R.Machine.CpuModel) << ", " << cell(R.Machine.CpuChoice)
     << formatv("; quiet {0:f0} % of the time\n", R.Machine.QuietShare * 100);
  for (const Kernel &K : R.Kernels)
    writeKernel(K, OS);
  for (const std::string &N : R.Notes)
    OS << "\n> " << cell(N) << '\n';
  if (R.Interrupted)
    OS << "\n> Interrupted: this is what had been measured by then.\n";
}

static std::string xml(StringRef Text) {
  std::string Result;
  for (char C : Text) {
    if (C == '&')
      Result += "&amp;";
    else if (C == '<')
      Result += "&lt;";
    else if (C == '>')
      Result += "&gt;";
    else if (C == '"')
      Result += "&quot;";
    else if (static_cast<unsigned char>(C) < 0x20) // XML 1.0 has no place for control characters
      Result += ' ';
    else
      Result += C;
  }
  return Result;
}

void writeJunit(const Report &R, raw_ostream &OS) {
  unsigned Tests = 0, Failures = 0, Skipped = 0;
  for (const Kernel &K : R.Kernels)
    for (const Checked &E : K.Expectations) {
      ++Tests;
      Failures += E.Outcome == "fail";
      Skipped += E.Outcome == "inconclusive";
    }
  OS << "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n"
     << formatv("<testsuite name=\"gilray probe\" tests=\"{0}\" failures=\"{1}\" skipped=\"{2}\" time=\"{3:f1}\">\n",
                Tests, Failures, Skipped, R.Machine.Seconds);
  for (const Kernel &K : R.Kernels)
    for (const Checked &E : K.Expectations) {
      OS << "  <testcase classname=\"" << xml(K.Name) << "\" name=\"" << xml(E.Text) << "\">";
      if (E.Outcome == "fail")
        OS << "<failure message=\"" << xml(E.Why) << "\"/>";
      else if (E.Outcome == "inconclusive")
        OS << "<skipped message=\"" << xml(E.Why) << "\"/>";
      OS << "</testcase>\n";
    }
  OS << "</testsuite>\n</testsuites>\n";
}

} // namespace gilray::probe
