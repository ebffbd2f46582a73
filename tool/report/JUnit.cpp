// The findings as JUnit's XML, in the form that Jenkins' schema describes: a test for each file, which fails by its
// findings and is skipped where the file could not be judged at all.
#include "report/Report.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/JSON.h"

namespace gilray::report {

using namespace llvm;

/// Control characters have no place in XML, not even escaped.
static std::string xml(StringRef Text) {
  std::string Out;
  for (char C : json::fixUTF8(Text)) {
    switch (C) {
    case '&':
      Out += "&amp;";
      break;
    case '<':
      Out += "&lt;";
      break;
    case '>':
      Out += "&gt;";
      break;
    case '"':
      Out += "&quot;";
      break;
    case '\n':
      Out += "&#10;";
      break;
    default:
      Out += static_cast<unsigned char>(C) < ' ' && C != '\t' ? '?' : C;
    }
  }
  return Out;
}

static StringRef severityWord(Severity S) {
  return S == Severity::Error ? "error" : S == Severity::Warning ? "warning" : "note";
}

namespace {

struct FileResult {
  std::vector<const Finding *> Findings;
  const Incomplete *Unjudged = nullptr; ///< nothing is known of the file
};

class Writer {
public:
  Writer(const Report &R, raw_ostream &OS) : R(R), OS(OS) {
    for (const std::string &File : R.Files)
      ByFile.push_back({File, {}});
    // A finding may stand in a header, too.
    for (const Finding &F : R.Findings)
      at(F.Where.File).Findings.push_back(&F);
    for (const Incomplete &I : R.Unjudged)
      if (I.Function.empty())
        at(I.Where.File).Unjudged = &I;
  }

  void write() {
    unsigned Skipped = count_if(ByFile, [](const auto &F) { return skipped(F.second); });
    OS << "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"gilray\">\n"
       << "  <testsuite name=\"gilray\" tests=\"" << ByFile.size() << "\" failures=\""
       << count_if(ByFile, [](const auto &F) { return !F.second.Findings.empty(); }) << "\" errors=\"0\" skipped=\""
       << Skipped << "\">\n";
    for (const auto &[File, Result] : ByFile)
      testcase(File, Result);
    OS << "  </testsuite>\n</testsuites>\n";
  }

private:
  const Report &R;
  raw_ostream &OS;
  std::vector<std::pair<std::string, FileResult>> ByFile;

  FileResult &at(const std::string &File) {
    auto It = find_if(ByFile, [&](const auto &F) { return F.first == File; });
    if (It == ByFile.end())
      It = ByFile.insert(ByFile.end(), {File, {}});
    return It->second;
  }
  static bool skipped(const FileResult &F) { return F.Findings.empty() && F.Unjudged; }

  std::string shown(const Place &P) const {
    return relativePath(P.File, R.Directory) + ":" + std::to_string(P.Line) +
           (P.Col ? ":" + std::to_string(P.Col) : std::string());
  }

  void testcase(StringRef File, const FileResult &F) {
    OS << "    <testcase classname=\"gilray\" name=\"" << xml(relativePath(File, R.Directory)) << '"';
    if (F.Findings.empty() && !F.Unjudged) {
      OS << "/>\n";
      return;
    }
    OS << ">\n";
    for (const Finding *X : F.Findings) {
      OS << "      <failure type=\"gilray-" << X->Check->Name << "\" message=\"" << xml(X->Message) << "\">"
         << xml(shown(X->Where)) << ": " << severityWord(X->Sev) << ": " << xml(X->Message) << '\n';
      for (const Note &N : X->Notes)
        OS << (N.Where.File.empty() ? "" : xml(shown(N.Where)) + ": ") << "note: " << xml(N.Message) << '\n';
      OS << "</failure>\n";
    }
    if (skipped(F))
      OS << "      <skipped message=\"" << xml(F.Unjudged->Reason) << "\"/>\n";
    OS << "    </testcase>\n";
  }
};

} // namespace

void writeJUnit(const Report &R, raw_ostream &OS) { Writer(R, OS).write(); }

} // namespace gilray::report
