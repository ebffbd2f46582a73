// The findings as one HTML page: everything is in it as text and works without the script, which only filters and
// walks.
#include "report/HtmlSource.h"
#include "report/Page.h"
#include "report/Report.h"
#include "report/Svg.h"
#include "report/UnifiedDiff.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include <array>
#include <map>

namespace gilray::report {

using namespace llvm;
using probe::htmlEscape;

namespace {

StringRef word(Severity S) { return S == Severity::Error ? "error" : S == Severity::Warning ? "warning" : "note"; }

std::string checkName(const Finding &F) { return "gilray-" + std::string(F.Check->Name); }

class Page {
public:
  Page(const Report &R, Sources &S, raw_ostream &OS) : R(R), S(S), OS(OS) {}

  void write() {
    OS << "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" "
          "content=\"width=device-width,initial-scale=1\"><link rel=\"icon\" href=\"data:,\"><title>gilray: "
       << counted(R.Findings.size(), "finding") << "</title><style>" << PageStyle << "</style></head><body>\n";
    head();
    if (R.HasProbe)
      outcomes();
    summary();
    if (R.HasProbe)
      kernels();
    filters();
    OS << "<main>\n";
    for (size_t I = 0; I < R.Findings.size(); ++I)
      finding(I);
    OS << "<p id=\"none\" hidden>No finding fits the filters.</p>\n</main>\n";
    unjudged();
    OS << "<script>" << PageScript << "</script></body></html>\n";
  }

private:
  const Report &R;
  Sources &S;
  raw_ostream &OS;

  using Counts = std::array<size_t, 3>;

  static std::string counted(size_t N, StringRef What) {
    return std::to_string(N) + " " + What.str() + (N == 1 ? "" : "s");
  }
  std::string shown(const Place &P) const {
    return htmlEscape(relativePath(P.File, R.Directory)) + (P.Line ? ":" + std::to_string(P.Line) : "");
  }
  static std::string id(size_t I) { return "f" + std::to_string(I + 1); }
  Outcome outcome(size_t I) const { return R.HasProbe ? R.Measurements[I].Is : Outcome::NotMeasurable; }
  /// As a class and a value of filters.
  static std::string slug(Outcome O) {
    std::string Name = outcomeName(O).str();
    llvm::replace(Name, ' ', '-');
    return Name;
  }

  void head() {
    Counts C{};
    for (const Finding &F : R.Findings)
      ++C[static_cast<size_t>(F.Sev)];
    OS << "<header class=\"top\"><h1>gilray</h1><span><b class=\"error\">" << counted(C[2], "error")
       << "</b>, <b class=\"warning\">" << counted(C[1], "warning") << "</b>, <b class=\"note\">"
       << counted(C[0], "note") << "</b></span><span class=\"dim\">" << counted(R.Files.size(), "file") << " checked";
    if (!R.Targets.empty())
      OS << " for Python " << htmlEscape(join(R.Targets, ", "));
    OS << ", " << R.Unjudged.size() << " incomplete</span><button id=\"theme\" type=\"button\" hidden>theme: "
       << "system</button></header>\n";
    if (!R.Successful)
      OS << "<p class=\"error\"><b>The job could not be done completely:</b> see what gilray said on standard "
            "error.</p>\n";
  }

  /// How often the measurements agree with the findings, agreement and disagreement alike.
  void outcomes() {
    std::array<size_t, 4> N{};
    for (const Measured &M : R.Measurements)
      ++N[static_cast<size_t>(M.Is)];
    auto Tag = [&](Outcome O) {
      OS << "<span class=\"tag " << slug(O) << "\">" << N[static_cast<size_t>(O)] << " " << outcomeName(O)
         << "</span> ";
    };
    OS << "<p>Measured by the probe: ";
    Tag(Outcome::Confirmed);
    Tag(Outcome::Contradicted);
    Tag(Outcome::NotExercised);
    OS << "<span class=\"dim\">" << N[0] << " not about what can be measured</span></p>\n";
  }

  void table(StringRef Heading, StringRef Key, const std::map<std::string, Counts> &Rows) {
    OS << "<div><h2>" << Heading << "</h2><table><thead><tr><th>" << Key
       << "</th><th class=\"n\">errors</th><th class=\"n\">warn.</th><th class=\"n\">notes</th></tr></thead><tbody>\n";
    for (const auto &[Name, C] : Rows) {
      OS << "<tr><td><button type=\"button\" data-choose=\"" << Key << "\" value=\"" << htmlEscape(Name) << "\">"
         << htmlEscape(Name) << "</button></td>";
      for (size_t Level : {2, 1, 0})
        OS << "<td class=\"n" << (C[Level] ? "" : " zero") << "\">" << C[Level] << "</td>";
      OS << "</tr>\n";
    }
    OS << "</tbody></table></div>\n";
  }

  static std::string moduleName(const Finding &F) { return F.Module.empty() ? "(no module)" : F.Module; }

  std::map<std::string, Counts> perModule() const {
    std::map<std::string, Counts> Rows;
    for (const Finding &F : R.Findings)
      ++Rows[moduleName(F)][static_cast<size_t>(F.Sev)];
    return Rows;
  }
  std::map<std::string, Counts> perCheck() const {
    std::map<std::string, Counts> Rows;
    for (const Finding &F : R.Findings)
      ++Rows[checkName(F)][static_cast<size_t>(F.Sev)];
    return Rows;
  }

  void summary() {
    if (R.Findings.empty()) {
      OS << "<p>Nothing was found.</p>\n";
      return;
    }
    OS << "<div class=\"flex\">\n";
    table("By module", "module", perModule());
    table("By check", "check", perCheck());
    OS << "</div>\n";
  }

  void kernels() {
    OS << "<h2>Measured kernels</h2><div class=\"wide\"><table><thead><tr><th>kernel</th><th>Python</th><th>workers "
          "as</th>"
          "<th class=\"n\">GIL held</th><th>verdict</th><th>findings</th></tr></thead><tbody>\n";
    for (const MeasuredKernel &K : R.Kernels) {
      OS << "<tr><td>" << htmlEscape(K.Name) << "</td><td>" << htmlEscape(K.Interpreter) << "</td><td>"
         << htmlEscape(K.Strategy) << "</td><td class=\"n\">" << (K.Held.empty() ? "-" : htmlEscape(K.Held))
         << "</td><td>" << htmlEscape(K.Verdict) << "</td><td>";
      for (size_t I : K.Findings)
        OS << "<a href=\"#" << id(I) << "\">" << R.Findings[I].Check->Name << "</a> <span class=\"tag "
           << slug(outcome(I)) << "\">" << outcomeName(outcome(I)) << "</span> ";
      OS << "</td></tr>\n";
    }
    OS << "</tbody></table></div>\n";
  }

  void choice(StringRef Key, StringRef All, ArrayRef<std::pair<std::string, std::string>> Values) {
    OS << "<select data-key=\"" << Key << "\" aria-label=\"" << Key << "\"><option value=\"\">" << All << "</option>";
    for (const auto &[Value, Label] : Values)
      OS << "<option value=\"" << htmlEscape(Value) << "\">" << htmlEscape(Label) << "</option>";
    OS << "</select>\n";
  }

  static std::vector<std::pair<std::string, std::string>> keys(const std::map<std::string, Counts> &Rows) {
    std::vector<std::pair<std::string, std::string>> Out;
    for (const auto &[Name, C] : Rows)
      Out.push_back({Name, Name});
    return Out;
  }

  void filters() {
    OS << "<search class=\"filters\"><input id=\"search\" type=\"search\" placeholder=\"search messages, code, files\" "
          "aria-label=\"search\">\n";
    choice("module", "all modules", keys(perModule()));
    choice("check", "all checks", keys(perCheck()));
    if (R.HasProbe) {
      std::vector<std::pair<std::string, std::string>> Outcomes;
      for (Outcome O : {Outcome::Confirmed, Outcome::Contradicted, Outcome::NotExercised, Outcome::NotMeasurable})
        Outcomes.push_back({slug(O), outcomeName(O).str()});
      choice("outcome", "measured or not", Outcomes);
    }
    for (Severity Sev : {Severity::Error, Severity::Warning, Severity::Note})
      OS << "<label class=\"" << word(Sev) << "\"><input type=\"checkbox\" data-level=\"" << word(Sev) << "\" checked> "
         << word(Sev) << "s</label>\n";
    OS << "<button id=\"reset\" type=\"button\">reset</button><span id=\"shown\" role=\"status\" class=\"dim\"></span>"
          "</search>\n<p class=\"dim keys\"><kbd>/</kbd> search, <kbd>j</kbd> <kbd>k</kbd> next and previous finding, "
          "<kbd>o</kbd> open, <kbd>n</kbd> <kbd>p</kbd> steps of its path, <kbd>e</kbd> open or close all</p>\n";
  }

  void measured(size_t I) {
    const Measured &M = R.Measurements[I];
    if (M.Is == Outcome::NotMeasurable)
      return;
    OS << "<div class=\"measured " << slug(M.Is) << "\"><b>" << outcomeName(M.Is) << "</b> <span>"
       << (M.Kernel.empty() ? "" : "by " + htmlEscape(M.Kernel) + ": ") << htmlEscape(M.Evidence);
    if (!M.Gain.empty())
      OS << ". Gain: " << htmlEscape(M.Gain);
    OS << ".</span></div>\n";
  }

  void advice(const Finding &F) {
    auto Listed = [](const Note &N) { return N.Kind != NoteKind::Path || N.Where.File.empty(); };
    if (none_of(F.Notes, Listed))
      return;
    OS << "<dl class=\"advice\">";
    for (const Note &N : F.Notes) {
      if (!Listed(N))
        continue;
      OS << "<dt>"
         << (N.Kind == NoteKind::Why      ? "Why"
             : N.Kind == NoteKind::Remedy ? "What to do"
             : N.Kind == NoteKind::Macro  ? "Macro"
                                          : "Related")
         << "</dt><dd>" << htmlEscape(N.Message);
      if (!N.Where.File.empty())
        OS << " <code>" << shown(N.Where) << "</code>";
      OS << "</dd>";
    }
    OS << "</dl>\n";
  }

  void fixes(const Finding &F) {
    for (const Fix &X : F.Fixes) {
      OS << "<h3>" << (X.Safe ? "Fix" : "Suggested fix") << ": " << htmlEscape(X.Title) << "</h3><pre class=\"diff\">";
      for (const Edit &E : X.Edits) {
        OS << "<span class=\"dim\">" << shown(E.Where) << "</span>\n";
        if (E.Where.EndLine)
          for (StringRef Line : split(StringRef(S.text(E.Where)).rtrim('\n'), '\n'))
            OS << "<span class=\"error\">- " << htmlEscape(Line) << "</span>\n";
        for (StringRef Line : split(StringRef(E.Text).rtrim('\n'), '\n'))
          OS << "<span class=\"note\">+ " << htmlEscape(Line) << "</span>\n";
      }
      OS << "</pre>\n";
    }
  }

  void finding(size_t I) {
    const Finding &F = R.Findings[I];
    OS << "<details class=\"finding\" id=\"" << id(I) << "\" data-severity=\"" << word(F.Sev) << "\" data-check=\""
       << checkName(F) << "\" data-module=\"" << htmlEscape(moduleName(F)) << "\" data-outcome=\"" << slug(outcome(I))
       << "\"><summary><b class=\"" << word(F.Sev) << "\">" << word(F.Sev) << "</b> <code>" << shown(F.Where)
       << "</code> " << (F.Function.empty() ? "" : "<code>" + htmlEscape(F.Function) + "</code> ");
    if (R.HasProbe && outcome(I) >= Outcome::Contradicted)
      OS << "<span class=\"tag " << slug(outcome(I)) << "\">" << outcomeName(outcome(I)) << "</span>";
    OS << "<span class=\"msg\">" << htmlEscape(F.Message) << " <span class=\"dim\">[" << checkName(F)
       << "]</span></span></summary>\n<div class=\"body\">\n";
    if (R.HasProbe)
      measured(I);
    std::vector<PathStep> Steps = pathOf(F);
    if (Steps.size() > 1)
      OS << "<div class=\"steps\"><button type=\"button\" data-step=\"-1\">previous step</button><button "
            "type=\"button\" "
            "data-step=\"1\">next step</button><span class=\"at dim\">"
         << counted(Steps.size(), "step")
         << "</span><span class=\"key dim\"><span><u class=\"attached\"></u>attached (GIL)</span><span><u "
            "class=\"detached\"></u>detached</span></span></div>\n";
    writeSource(Steps, F.Message, R.Directory, S, OS);
    advice(F);
    fixes(F);
    OS << "<p class=\"dim\">";
    if (!F.Targets.empty())
      OS << "Python " << htmlEscape(join(F.Targets, ", ")) << "; ";
    OS << "fingerprint <code>" << F.Fingerprint << "</code></p>\n</div></details>\n";
  }

  void unjudged() {
    if (R.Unjudged.empty())
      return;
    OS << "<h2>Not judged</h2>\n<ul>\n";
    for (const Incomplete &I : R.Unjudged)
      OS << "<li><code>" << shown(I.Where) << "</code> "
         << (I.Function.empty() ? "" : "<code>" + htmlEscape(I.Function) + "</code> ") << htmlEscape(I.Reason)
         << "</li>\n";
    OS << "</ul>\n";
  }
};

} // namespace

void writeHtml(const Report &R, Sources &S, raw_ostream &OS) { Page(R, S, OS).write(); }

} // namespace gilray::report
