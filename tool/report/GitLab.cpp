// The findings as GitLab's code quality report, which merge requests show; the fields are those of its documentation.
#include "report/Report.h"
#include "llvm/Support/JSON.h"

namespace gilray::report {

using namespace llvm;

static StringRef level(Severity S) {
  switch (S) {
  case Severity::Note:
    return "info";
  case Severity::Warning:
    return "major";
  case Severity::Error:
    return "critical";
  }
  llvm_unreachable("all severities have a level");
}

void writeGitLab(const Report &R, raw_ostream &OS) {
  json::OStream J(OS, 2);
  auto Path = [&](const Place &P) { return json::fixUTF8(relativePath(P.File, R.Directory)); };
  auto Location = [&](const Place &P) {
    J.attribute("path", Path(P));
    J.attributeObject("lines", [&] {
      J.attribute("begin", P.Line);
      J.attribute("end", std::max(P.Line, P.EndLine));
    });
  };
  J.array([&] {
    for (const Finding &F : R.Findings)
      J.object([&] {
        J.attribute("type", "issue");
        J.attribute("check_name", "gilray-" + std::string(F.Check->Name));
        J.attribute("description", json::fixUTF8(F.Message));
        J.attribute("severity", level(F.Sev));
        J.attribute("fingerprint", F.Fingerprint);
        J.attributeArray("categories", [&] { J.value("Bug Risk"); });
        J.attributeObject("location", [&] { Location(F.Where); });
        J.attributeArray("other_locations", [&] {
          for (const Note &N : F.Notes)
            if (!N.Where.File.empty())
              J.object([&] { Location(N.Where); });
        });
      });
  });
  J.flush();
  OS << '\n';
}

} // namespace gilray::report
