// gilray check: from paths to report.
#include "Analysis.h"
#include "cache/ProjectIndex.h"
#include "driver/Collect.h"
#include "driver/CommandLine.h"
#include "driver/Commands.h"
#include "driver/Crashes.h"
#include "driver/Driver.h"
#include "driver/ExtractAll.h"
#include "driver/Inputs.h"
#include "driver/ParseIssues.h"
#include "driver/Progress.h"
#include "driver/Resources.h"
#include "report/Report.h"
#include "llvm/ADT/ScopeExit.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/BuryPointer.h"
#include "llvm/Support/FileUtilities.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Process.h"
#include <chrono>

namespace gilray::driver {

using namespace llvm;
using Clock = std::chrono::steady_clock;

namespace {

double since(Clock::time_point Start) { return std::chrono::duration<double>(Clock::now() - Start).count(); }

class CheckRun {
public:
  CheckRun(const Invocation &Inv, const Context &C)
      : Inv(Inv), C(C), L(C.Err, Inv.Quiet, C.ErrIsTerminal && Inv.Color != When::Never), Start(Clock::now()) {}

  int run();

private:
  const Invocation &Inv;
  const Context &C;
  Log L;
  Clock::time_point Start;
  config::Config Conf;
  std::string Here;
  std::vector<std::string> Files;
  unsigned Parsed = 0, Cached = 0;
  double ParseSeconds = 0, AnalysisSeconds = 0;
  AnalysisStats Totals;
  bool OnlyProgram = false; ///< no other target follows: what is no longer needed need not be taken apart
  std::optional<cache::ProjectIndex> Index;

  int fail(Error E) {
    L.error(toString(std::move(E)));
    return Failed;
  }
  Error configure();
  Error chooseFiles(const Commands &Known);
  void oneProgram(ArrayRef<Job> Jobs, const ExtractSettings &Settings, StringRef Label,
                  ArrayRef<const CheckInfo *> Checks, Collector &Into);
  void tellIssues(const ir::Unit &U, StringRef Label, Collector &Into);
  AnalysisResult judge(ArrayRef<const ir::Unit *> Units, ArrayRef<const CheckInfo *> Checks);
  std::string projectRoot() const;
  Error write(const report::Report &R, report::Sources &S);
  void closingLine(const Collector::Result &All, const report::Report &R, size_t Hidden);
  void statistics(const Collector::Result &All);
  StringSet<> Told;
  std::string shown(StringRef Path) const { return report::relativePath(Path, Here); }
};

Error CheckRun::configure() {
  SmallString<256> Dir;
  if (std::error_code EC = sys::fs::current_path(Dir))
    return createStringError(EC, "no working directory: %s", EC.message().c_str());
  Here = std::string(Dir);
  std::string Path = Inv.ConfigFile;
  if (Path.empty() && !Inv.NoConfig)
    Path = config::findUpwards(Inv.Inputs.empty() ? "." : StringRef(Inv.Inputs[0]));
  if (Path.empty())
    return Error::success();
  return config::load(Path).moveInto(Conf);
}

Error CheckRun::chooseFiles(const Commands &Known) {
  const extract::CompileCommands *Database = Known.database();
  if (Inv.Inputs.empty() && !Inv.Parse.BuildDir.empty()) {
    Files = Database->files();
  } else {
    std::vector<std::string> Paths = Inv.Inputs;
    if (Paths.empty())
      Paths.push_back(".");
    Files = collectInputs(Paths, [&](StringRef P) { return Conf.Exclude.matches(Conf.relative(P)); }, L);
    // A database that speaks of files below a searched directory which are gone is stale: say so.
    for (const std::string &P : Paths) {
      std::string Dir = absolutePath(P);
      if (!Database || !sys::fs::is_directory(Dir))
        continue;
      for (const std::string &F : Database->files())
        if (StringRef(F).starts_with(Dir + "/") && !sys::fs::exists(F))
          Files.push_back(F);
    }
  }
  std::vector<std::string> Missing;
  llvm::erase_if(Files, [&](const std::string &F) {
    if (sys::fs::exists(F))
      return false;
    Missing.push_back(F);
    return true;
  });
  for (const std::string &F : Missing)
    L.error("'" + shown(F) + "' is named in '" + shown(Database->path()) +
            "' but does not exist; build the project again");
  if (Files.empty() && !L.failed())
    return createStringError(std::errc::no_such_file_or_directory, "nothing to check");
  return Error::success();
}

void CheckRun::tellIssues(const ir::Unit &U, StringRef Label, Collector &Into) {
  auto Issues = summarise(U);
  if (!Issues)
    return;
  std::string Text = shown(U.MainFile) + ":" + std::to_string(Issues->Record.Where.Line) + ": " +
                     (Label.empty() ? "" : "for " + Label.str() + ": ") + Issues->Advice;
  if (Told.insert(Text).second)
    L.warning(Text);
  Into.add(std::move(Issues->Record));
}

/// A defect of the engine must not look like "nothing found".
AnalysisResult CheckRun::judge(ArrayRef<const ir::Unit *> Units, ArrayRef<const CheckInfo *> Checks) {
  AnalysisOptions Options;
  Options.Checks = Checks.vec();
  Options.DisableFree = OnlyProgram;
  Options.Begin = crashesForTests();
  AnalysisResult Result = analyse(Units, Conf.Model ? *Conf.Model : api::Model::builtin(), Options);
  for (const Crash &C : Result.Crashes)
    if (std::string Text = describe(C, [&](StringRef Path) { return shown(Path); }); Told.insert(Text).second)
      L.error(Text);
  return Result;
}

void CheckRun::oneProgram(ArrayRef<Job> Jobs, const ExtractSettings &Settings, StringRef Label,
                          ArrayRef<const CheckInfo *> Checks, Collector &Into) {
  auto ParseStart = Clock::now();
  auto Owned = std::make_unique<std::vector<ParsedFile>>();
  std::vector<ParsedFile> &ParsedFiles = *Owned;
  auto Bury = make_scope_exit([&] {
    if (OnlyProgram)
      BuryPointer(std::move(Owned));
  });
  {
    Progress P(C.Err, C.ErrIsTerminal && !Inv.Quiet, Jobs.size());
    ParsedFiles = extractAll(Jobs, Settings, P);
  }
  ParseSeconds += since(ParseStart);
  std::vector<const ir::Unit *> Units;
  for (const ParsedFile &F : ParsedFiles) {
    ++(F.FromCache ? Cached : Parsed);
    if (!F.Unit) {
      if (Told.insert(F.Error).second)
        L.error(F.Error);
      Into.add(Incomplete{{F.File}, "", F.Error});
      continue;
    }
    tellIssues(*F.Unit, Label, Into);
    Units.push_back(F.Unit.get());
  }
  // The rest of the project, as earlier runs left it: linked with, but its findings are not asked for.
  std::vector<ir::Unit> Beside;
  if (Index)
    Beside = Index->unitsBeside(Files, Label, [&](StringRef File) {
      L.remark("'" + shown(File) +
               "' has changed since it was indexed and is not known here; check it with --index, too");
    });
  std::vector<const ir::Unit *> Program = Units;
  StringSet<> Foreign;
  for (const ir::Unit &U : Beside) {
    Program.push_back(&U);
    Foreign.insert(U.MainFile);
  }
  auto AnalysisStart = Clock::now();
  AnalysisResult Result = judge(Program, Checks);
  AnalysisSeconds += since(AnalysisStart);
  Totals.Functions += Result.Stats.Functions;
  Totals.Analysed += Result.Stats.Analysed;
  Totals.Steps += Result.Stats.Steps;
  // A finding in another file belongs to this run when its path leads through a file of this run.
  llvm::erase_if(Result.Findings, [&](const Finding &F) {
    return Foreign.contains(F.Where.File) &&
           none_of(F.Notes, [&](const Note &N) { return is_contained(Files, N.Where.File); });
  });
  llvm::erase_if(Result.Unjudged, [&](const Incomplete &I) { return Foreign.contains(I.Where.File); });
  Into.add(Units, std::move(Result), Label);
  if (!Index)
    return;
  std::vector<cache::ProjectIndex::Fresh> Fresh;
  for (const ParsedFile &F : ParsedFiles)
    if (F.Unit)
      Fresh.push_back({F.Key, F.Unit.get()});
  Index->update(Label, Fresh);
}

/// What fingerprints are relative to: the same in every working directory.
std::string CheckRun::projectRoot() const {
  if (!Conf.Directory.empty() && sys::path::filename(Conf.Path) == ".gilray.yaml")
    return Conf.Directory;
  SmallString<256> Dir(Files.empty() ? Here : Files[0]);
  for (sys::path::remove_filename(Dir); !Dir.empty(); sys::path::remove_filename(Dir)) {
    for (StringRef Mark : {".git", "pyproject.toml", "setup.py", "meson.build"})
      if (sys::fs::exists(Dir + "/" + Mark))
        return std::string(Dir);
    if (sys::path::parent_path(Dir).empty())
      break;
  }
  return Here;
}

Error CheckRun::write(const report::Report &R, report::Sources &S) {
  auto Into = [&](raw_ostream &OS, bool Color) {
    switch (Inv.Report) {
    case Format::Text:
      report::writeText(R, S, OS, Color);
      break;
    case Format::Json:
      report::writeJson(R, OS);
      break;
    case Format::Sarif:
      report::writeSarif(R, S, OS);
      break;
    }
  };
  if (!Inv.Output.empty())
    return writeToOutput(Inv.Output, [&](raw_ostream &OS) {
      Into(OS, Inv.Color == When::Always);
      return Error::success();
    });
  bool Auto = C.OutIsTerminal && !sys::Process::GetEnv("NO_COLOR");
  Into(C.Out, Inv.Color == When::Always || (Inv.Color == When::Auto && Auto));
  C.Out.flush();
  return Error::success();
}

std::string counted(size_t N, StringRef Word) { return std::to_string(N) + " " + Word.str() + (N == 1 ? "" : "s"); }

void CheckRun::closingLine(const Collector::Result &All, const report::Report &R, size_t Hidden) {
  if (L.quiet())
    return;
  size_t Counts[3] = {};
  for (const Finding &F : R.Findings)
    ++Counts[static_cast<size_t>(F.Sev)];
  L.stream() << counted(R.Files.size(), "file") << " checked: " << counted(Counts[2], "error") << ", "
             << counted(Counts[1], "warning") << ", " << counted(Counts[0], "note");
  if (Hidden)
    L.stream() << " (" << Hidden << " below --severity not shown)";
  if (All.Suppressed)
    L.stream() << ", " << All.Suppressed << " suppressed";
  L.stream() << ", " << All.Unjudged.size() << " incomplete";
  if (!All.Unjudged.empty() && !Inv.Stats && !Inv.Strict)
    L.stream() << " (--stats lists them)";
  L.stream() << ", " << format("%.2f s", since(Start)) << '\n';
}

void CheckRun::statistics(const Collector::Result &All) {
  raw_ostream &OS = L.stream();
  if (Inv.Strict || Inv.Stats)
    for (const Incomplete &I : All.Unjudged) {
      OS << "incomplete: " << shown(I.Where.File);
      if (I.Where.Line)
        OS << ':' << I.Where.Line;
      OS << ": ";
      if (!I.Function.empty())
        OS << "function '" << I.Function << "': ";
      OS << I.Reason << '\n';
    }
  if (Inv.Stats)
    OS << "parsed " << counted(Parsed, "file") << ", " << Cached << " from the cache, "
       << format("%.2f s", ParseSeconds) << "; linked " << counted(Totals.Functions, "function") << ", solved "
       << Totals.Analysed << " with " << counted(Totals.Steps, "step") << ", " << format("%.2f s", AnalysisSeconds)
       << '\n';
}

int CheckRun::run() {
  if (Error E = configure())
    return fail(std::move(E));
  auto Wanted = Selection::create(Conf, Inv.Checks);
  if (!Wanted)
    return fail(Wanted.takeError());
  std::vector<const CheckInfo *> Checks = Wanted->checksToRun();
  if (Checks.empty())
    return fail(createStringError(std::errc::invalid_argument, "no check is selected; see 'gilray list'"));
  ExtractSettings Settings;
  Settings.Jobs = Inv.Jobs;
  if (Error E = resourceDir(Inv.Parse, C).moveInto(Settings.Extraction.ResourceDir))
    return fail(std::move(E));
  auto Known = Commands::create(Inv.Parse, Inv.Inputs.empty() ? "." : StringRef(Inv.Inputs[0]), Conf.Headers, L);
  if (!Known)
    return fail(Known.takeError());
  if (Error E = chooseFiles(*Known))
    return fail(std::move(E));
  if (Files.empty())
    return Failed;
  const std::vector<Target> &Targets = Inv.Parse.Targets.empty() ? Conf.Targets : Inv.Parse.Targets;
  std::vector<Job> Jobs = Known->jobs(Files, !Targets.empty(), L);
  std::string CacheDir = Inv.CacheDir.empty() ? cache::UnitCache::defaultDirectory() : Inv.CacheDir;
  std::optional<cache::UnitCache> Cache;
  if (!Inv.NoCache && !CacheDir.empty())
    Settings.Cache = &Cache.emplace(CacheDir, [&](const std::string &Trouble) { L.warning(Trouble); });
  if (!Inv.Index.empty())
    if (Error E = cache::ProjectIndex::load(Inv.Index).moveInto(Index.emplace()))
      return fail(std::move(E));
  Collector All(*Wanted);
  OnlyProgram = Targets.size() < 2;
  if (Targets.empty())
    oneProgram(Jobs, Settings, "", Checks, All);
  for (const Target &T : Targets) {
    auto Own = Known->retarget(Jobs, T);
    if (!Own) {
      L.error("target " + T.name() + " was not checked: no headers of that version; known are " +
              Known->knownVersions() + "; give them with --python or `headers:` in .gilray.yaml");
      continue;
    }
    oneProgram(*Own, Settings, T.name(), Checks, All);
  }
  if (Index) {
    Index->dropMissing();
    if (Error E = Index->save(Inv.Index))
      return fail(std::move(E));
  }
  Collector::Result Result = All.take();
  report::Sources Sources;
  report::addFingerprints(Result.Findings, projectRoot(), Sources);
  Severity Shown = Inv.Shown.value_or(Severity::Warning), FailOn = Inv.FailOn.value_or(Severity::Warning);
  report::Report Report;
  Report.Files = Files;
  Report.Directory = Here;
  Report.Targets = Result.Targets;
  Report.Unjudged = Result.Unjudged;
  size_t Hidden = 0;
  bool Failing = false;
  for (Finding &F : Result.Findings) {
    if (F.Sev < Shown) {
      ++Hidden;
      continue;
    }
    Failing |= !Inv.FailNever && F.Sev >= FailOn;
    Report.Findings.push_back(std::move(F));
  }
  Report.Successful = !L.failed() && !(Inv.Strict && !Result.Unjudged.empty());
  if (Error E = write(Report, Sources))
    return fail(std::move(E));
  statistics(Result);
  closingLine(Result, Report, Hidden);
  if (!Report.Successful)
    return Failed;
  return Failing ? Findings : Nothing;
}

} // namespace

int runCheck(const Invocation &Inv, const Context &C) { return CheckRun(Inv, C).run(); }

} // namespace gilray::driver
