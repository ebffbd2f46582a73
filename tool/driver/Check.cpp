// gilray check: from paths to report.
#include "baseline/Baseline.h"
#include "cache/UnitCache.h"
#include "driver/Change.h"
#include "driver/Collect.h"
#include "driver/Fixes.h"
#include "driver/Inputs.h"
#include "driver/Session.h"
#include "report/KernelManifest.h"
#include "report/Report.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FileUtilities.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/Path.h"
#include <set>

namespace gilray::driver {

using namespace llvm;

namespace {

class CheckRun {
public:
  CheckRun(const Invocation &Inv, const Context &C) : Inv(Inv), S(Inv, C) {}

  int run();

private:
  const Invocation &Inv;
  Session S;
  size_t Hidden = 0, Fixed = 0, Older = 0, Known = 0;

  report::Report reported(Collector::Result &All);
  Error keepChanged(Collector::Result &All, const Change &Changed, const Selection &Wanted,
                    const AnalysisOptions &Options);
  Error applyBaseline(report::Report &R);
  bool lookedAt(const std::string &File, StringRef Check, const report::Report &R) const;
  void tellFixed(ArrayRef<baseline::Entry> Fixed);
  Error mend(report::Report &R);
  Error write(const report::Report &R);
  Error showFixes(const FixPlan &Plan);
  Error writeManifest(Collector::Result &All);
  void hint(const report::Report &R);
  void closingLine(const Collector::Result &All, const report::Report &R);
  report::Sources Sources;
  std::vector<const CheckInfo *> Ran;
  StringSet<> Seen; ///< fingerprints of all findings, also of those that are not shown
};

/// The findings at or above --severity, with what reports need of them.
report::Report CheckRun::reported(Collector::Result &All) {
  report::Report R;
  R.Files = S.sources();
  R.Directory = S.directory();
  R.Targets = All.Targets;
  R.Unjudged = All.Unjudged;
  R.Successful = !S.log().failed() && !(Inv.Strict && !All.Unjudged.empty());
  for (Finding &F : All.Findings) {
    Seen.insert(F.Fingerprint);
    if (F.Sev < Inv.Shown.value_or(Severity::Warning))
      ++Hidden;
    else
      R.Findings.push_back(std::move(F));
  }
  finishFixes(R.Findings);
  return R;
}

Error CheckRun::write(const report::Report &R) {
  return S.write([&](raw_ostream &OS, bool Color) {
    switch (Inv.Report) {
    case Format::Text:
      report::writeText(R, Sources, OS, Color);
      break;
    case Format::Json:
      report::writeJson(R, OS);
      break;
    case Format::Sarif:
      report::writeSarif(R, Sources, OS);
      break;
    case Format::GitHub:
      report::writeGitHub(R, OS);
      break;
    case Format::GitLab:
      report::writeGitLab(R, OS);
      break;
    case Format::JUnit:
      report::writeJUnit(R, OS);
      break;
    case Format::Markdown:
      report::writeMarkdown(R, OS);
      break;
    case Format::Html:
      report::writeHtml(R, Sources, OS);
      break;
    }
  });
}

/// All findings of the run count, also those below --severity: the probe is to tell which of them matter.
Error CheckRun::writeManifest(Collector::Result &All) {
  report::joinFindings(All.Kernels, All.Findings);
  report::KernelManifest M{std::move(All.Kernels), All.Targets, S.directory()};
  return writeToOutput(Inv.Kernels, [&](raw_ostream &OS) {
    report::writeKernels(M, OS);
    return Error::success();
  });
}

Error CheckRun::showFixes(const FixPlan &Plan) {
  return S.write([&](raw_ostream &OS, bool) {
    for (const FixPlan::File &F : Plan.Files)
      report::writeUnifiedDiff(S.shown(F.Path), F.Before, F.Edits, OS);
  });
}

void CheckRun::tellFixed(ArrayRef<baseline::Entry> Fixed) {
  for (const baseline::Entry &E : Fixed)
    S.log().remark("fixed: " + E.File + (E.Function.empty() ? "" : ", '" + E.Function + "'") + ": " + E.Message + " [" +
                   E.Check + "]");
}

/// Whether a finding of the check would have been found in the file.
bool CheckRun::lookedAt(const std::string &File, StringRef Check, const report::Report &R) const {
  if (!sys::fs::exists(File))
    return true;
  const CheckInfo *Info = findCheck(std::string_view(Check));
  if (Info && !is_contained(Ran, Info))
    return false;
  if (any_of(R.Unjudged, [&](const Incomplete &I) { return I.Where.File == File; }))
    return false;
  if (is_contained(R.Files, File))
    return true;
  // A header, where all that include it were given.
  bool WholeDirectory =
      Inv.Inputs.empty() || any_of(Inv.Inputs, [](const auto &P) { return sys::fs::is_directory(P); });
  return WholeDirectory && sourceKind(File) == SourceKind::Header;
}

/// Only what is not in the baseline is reported; the baseline itself shrinks by `update` and grows only when asked to.
Error CheckRun::applyBaseline(report::Report &R) {
  using baseline::Baseline;
  std::string Root = S.projectRoot(), Path = Inv.Baseline.empty() ? Root + "/" + Baseline::DefaultName : Inv.Baseline;
  if (Inv.OnBaseline == BaselineAction::Create) {
    if (sys::fs::exists(Path))
      return createStringError("'" + S.shown(Path) +
                               "' is there already; 'gilray baseline update' takes out what is "
                               "fixed, with --grow it takes in what is new");
    Baseline New;
    for (const Finding &F : R.Findings)
      New.add(F, Root);
    Known = R.Findings.size();
    R.Findings.clear();
    return New.save(Path);
  }
  auto Kept = Baseline::load(Path);
  if (!Kept)
    return Kept.takeError();
  std::vector<baseline::Entry> Fixed;
  if (Inv.Diff.empty()) // which looks at a part of the findings
    Fixed = Kept->dropFixed([&](StringRef Fingerprint, const baseline::Entry &E) {
      return !Seen.contains(Fingerprint) && lookedAt(Root + "/" + E.File, E.Check, R);
    });
  size_t Total = R.Findings.size();
  if (Inv.OnBaseline != BaselineAction::None)
    tellFixed(Fixed);
  if (Inv.Grow)
    for (const Finding &F : R.Findings)
      Kept->add(F, Root);
  llvm::erase_if(R.Findings, [&](const Finding &F) { return Kept->holds(F); });
  Known = Total - R.Findings.size();
  if (Inv.OnBaseline == BaselineAction::Update)
    return Kept->save(Path);
  if (Inv.OnBaseline == BaselineAction::Check && !Fixed.empty())
    S.log().remark("'gilray baseline update' takes " + counted(Fixed.size(), "fixed entry", "fixed entries") +
                   " out of '" + S.shown(Path) + "'");
  return Error::success();
}

/// With --fix, findings whose fix was made leave the report.
Error CheckRun::mend(report::Report &R) {
  FixPlan Plan = planFixes(R.Findings);
  for (const std::string &Trouble : Plan.Unreadable)
    S.log().warning("no fix was made in " + Trouble);
  if (Plan.Overlapping)
    S.log().remark(counted(Plan.Overlapping, "fix", "fixes") +
                   " left for the next run: they change what another one changes");
  if (Inv.FixDryRun)
    return showFixes(Plan);
  if (Error E = carryOut(Plan))
    return E;
  Fixed = Plan.Done.size();
  for (size_t I : reverse(Plan.Done))
    R.Findings.erase(R.Findings.begin() + I);
  return Error::success();
}

/// Leaves the findings of a change: on its lines, or not there before. The program as it was is analysed only when a
/// finding is not on changed lines.
Error CheckRun::keepChanged(Collector::Result &All, const Change &Changed, const Selection &Wanted,
                            const AnalysisOptions &Options) {
  std::set<std::string> Before;
  if (!all_of(All.Findings, [&](const Finding &F) { return Changed.touches(F); })) {
    auto Texts = Changed.before();
    if (!Texts)
      return Texts.takeError();
    Collector Then(Wanted);
    S.forEachProgramWith(*Texts, Options, [&](ParsedProgram &P) { Then.add(P.Units, std::move(P.Result), P.Label); });
    report::Sources Old;
    for (const auto &[Path, Text] : *Texts)
      if (Text)
        Old.set(Path, *Text);
    Collector::Result Found = Then.take();
    report::addFingerprints(Found.Findings, S.projectRoot(), Old);
    for (const Finding &F : Found.Findings)
      Before.insert(F.Fingerprint);
  }
  size_t Total = All.Findings.size();
  llvm::erase_if(All.Findings, [&](const Finding &F) { return !Changed.touches(F) && Before.count(F.Fingerprint); });
  Older = Total - All.Findings.size();
  return Error::success();
}

void CheckRun::closingLine(const Collector::Result &All, const report::Report &R) {
  if (S.log().quiet())
    return;
  size_t Counts[3] = {};
  for (const Finding &F : R.Findings)
    ++Counts[static_cast<size_t>(F.Sev)];
  raw_ostream &OS = S.log().stream();
  OS << counted(R.Files.size(), "file") << " checked: " << counted(Counts[2], "error") << ", "
     << counted(Counts[1], "warning") << ", " << counted(Counts[0], "note");
  if (Hidden)
    OS << " (" << Hidden << " below --severity not shown)";
  if (Known)
    OS << ", " << Known << " in the baseline";
  if (Older)
    OS << ", " << Older << " not of this change";
  if (Fixed)
    OS << ", " << Fixed << " fixed";
  if (All.Suppressed)
    OS << ", " << All.Suppressed << " suppressed";
  OS << ", " << All.Unjudged.size() << " incomplete";
  if (!All.Unjudged.empty() && !Inv.Stats && !Inv.Strict)
    OS << " (--stats lists them)";
  OS << ", " << format("%.2f s", S.seconds()) << '\n';
}

/// After the first run of a user, once: what to do next. Only where somebody watches.
void CheckRun::hint(const report::Report &R) {
  if (!S.watched() || Inv.NoCache)
    return;
  SmallString<256> Mark(Inv.CacheDir.empty() ? cache::UnitCache::defaultDirectory() : Inv.CacheDir);
  if (Mark.empty())
    return;
  sys::path::append(Mark, "hinted");
  if (sys::fs::exists(Mark))
    return;
  if (Error E = writeToOutput(Mark, [](raw_ostream &) { return Error::success(); }))
    return consumeError(std::move(E));
  if (R.Findings.empty())
    S.log().remark(
        "next: 'gilray readiness' says which support for free threading and sub-interpreters the module may declare");
  else
    S.log().remark(
        "next: 'gilray explain " + StringRef(R.Findings[0].Check->Name) +
        "' tells the story of a check, '--format html -o report.html' draws the paths, 'gilray baseline create' "
        "keeps what there is now");
}

int CheckRun::run() {
  std::optional<Selection> Wanted;
  AnalysisOptions Options;
  auto Select = [&]() -> Error {
    auto Made = Selection::create(S.configuration(), Inv.Checks);
    if (!Made)
      return Made.takeError();
    Wanted.emplace(std::move(*Made));
    Options.Checks = Wanted->checksToRun();
    if (Options.Checks.empty())
      return createStringError(std::errc::invalid_argument, "no check is selected; see 'gilray list'");
    return Error::success();
  };
  if (!S.open(Select))
    return Failed;
  std::optional<Change> Changed;
  if (!Inv.Diff.empty())
    if (Error E = Change::since(Inv.Diff, sys::path::parent_path(S.files().front())).moveInto(Changed))
      return S.fail(std::move(E));
  Options.Kernels = !Inv.Kernels.empty();
  Ran = Options.Checks;
  Collector All(*Wanted);
  S.forEachProgram(Options, [&](ParsedProgram &P) { All.add(P.Units, std::move(P.Result), P.Label); });
  if (Error E = S.close())
    return S.fail(std::move(E));
  Collector::Result Result = All.take();
  report::addFingerprints(Result.Findings, S.projectRoot(), Sources);
  if (Changed)
    if (Error E = keepChanged(Result, *Changed, *Wanted, Options))
      return S.fail(std::move(E));
  if (!Inv.Kernels.empty())
    if (Error E = writeManifest(Result))
      return S.fail(std::move(E));
  report::Report Report = reported(Result);
  if (!Inv.Baseline.empty() || Inv.OnBaseline != BaselineAction::None)
    if (Error E = applyBaseline(Report))
      return S.fail(std::move(E));
  if (Inv.Fix || Inv.FixDryRun)
    if (Error E = mend(Report))
      return S.fail(std::move(E));
  if (!Inv.FixDryRun)
    if (Error E = write(Report))
      return S.fail(std::move(E));
  S.statistics(Result.Unjudged);
  closingLine(Result, Report);
  hint(Report);
  if (!Report.Successful)
    return Failed;
  Severity FailOn = Inv.FailOn.value_or(Severity::Warning);
  return !Inv.FailNever && any_of(Report.Findings, [&](const Finding &F) { return F.Sev >= FailOn; }) ? Findings
                                                                                                      : Nothing;
}

} // namespace

int runCheck(const Invocation &Inv, const Context &C) { return CheckRun(Inv, C).run(); }

} // namespace gilray::driver
