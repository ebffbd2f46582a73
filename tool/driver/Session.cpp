#include "driver/Session.h"
#include "driver/Collect.h"
#include "driver/Crashes.h"
#include "driver/Inputs.h"
#include "driver/ParseIssues.h"
#include "driver/Progress.h"
#include "driver/Resources.h"
#include "report/Report.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/ScopeExit.h"
#include "llvm/Support/BuryPointer.h"
#include "llvm/Support/FileUtilities.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Process.h"

namespace gilray::driver {

using namespace llvm;

static double secondsSince(std::chrono::steady_clock::time_point Start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - Start).count();
}

std::string counted(size_t N, StringRef Word, StringRef Many) {
  return std::to_string(N) + " " + (N == 1 ? Word.str() : Many.empty() ? Word.str() + "s" : Many.str());
}

Session::Session(const Invocation &Inv, const Context &C)
    : Inv(Inv), C(C), L(C.Err, Inv.Quiet, C.ErrInColor && Inv.Color != When::Never), Start(Clock::now()) {}

int Session::fail(Error E) {
  L.error(toString(std::move(E)));
  return Failed;
}

std::string Session::shown(StringRef Path) const { return report::relativePath(Path, Here); }

double Session::seconds() const { return secondsSince(Start); }

void Session::tellOnce(const std::string &Text, bool Error) {
  if (!Told.insert(Text).second)
    return;
  if (Error)
    L.error(Text);
  else
    L.warning(Text);
}

Error Session::configure() {
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

Error Session::chooseFiles() {
  const extract::CompileCommands *Database = Known->database();
  if (Inv.Inputs.empty() && !Inv.Parse.BuildDir.empty()) {
    Files = Database->files();
  } else {
    std::vector<std::string> Paths = Inv.Inputs;
    if (Paths.empty())
      Paths.push_back(".");
    Files = collectInputs(
        Paths, [&](StringRef P) { return Conf.Exclude.matches(Conf.relative(P)); }, L,
        /*Cython=*/!Inv.Inputs.empty());
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
  std::vector<std::string> Named;
  for (const std::string &Input : Inv.Inputs)
    Named.push_back(absolutePath(Input));
  Cython.compile(Files, Named, Inv.Cython, L);
  Settings.Extraction.Instead = Cython.made();
  if (Files.empty() && !L.failed())
    return createStringError(std::errc::no_such_file_or_directory, "nothing to check");
  if (Inv.Project)
    findOthers();
  return Error::success();
}

/// The rest of the project. A header that was named is looked at where it is included.
void Session::findOthers() {
  std::string Root = projectRoot();
  Log Silent(nulls(), /*Quiet=*/true, /*Color=*/false);
  Others = collectInputs(Root, [&](StringRef P) { return Conf.Exclude.matches(Conf.relative(P)); }, Silent);
  if (const extract::CompileCommands *Database = Known->database())
    llvm::copy_if(Database->files(), std::back_inserter(Others), [&](StringRef F) {
      return F.starts_with(Root + "/") && sys::fs::exists(F) && !Conf.Exclude.matches(Conf.relative(F));
    });
  llvm::sort(Others);
  Others.erase(llvm::unique(Others), Others.end());
  llvm::erase_if(Others, [&](const std::string &F) { return is_contained(Files, F); });
}

std::vector<std::string> Session::sources() const {
  std::vector<std::string> Out;
  for (const std::string &F : Files)
    Out.push_back(Cython.sourceOf(F));
  return Out;
}

Error Session::openIndex() {
  auto Known = cache::ProjectIndex::load(IndexPath);
  if (!Known && Inv.Command == Subcommand::Index) { // which makes a new one where that of another gilray was
    consumeError(Known.takeError());
    Index.emplace();
    return Error::success();
  }
  return std::move(Known).moveInto(Index.emplace());
}

bool Session::open(function_ref<Error()> Configured) {
  auto Prepare = [&]() -> Error {
    if (Error E = configure())
      return E;
    if (Configured)
      if (Error E = Configured())
        return E;
    if (Error E = resourceDir(Inv.Parse, C).moveInto(Settings.Extraction.ResourceDir))
      return E;
    StringRef Near = Inv.Inputs.empty() ? "." : StringRef(Inv.Inputs[0]);
    auto Found = Commands::create(Inv.Parse, Near, Conf.Headers, L);
    if (!Found)
      return Found.takeError();
    Known.emplace(std::move(*Found));
    if (Error E = chooseFiles())
      return E;
    IndexPath = Inv.Index;
    if (IndexPath.empty() && Inv.Command == Subcommand::Index)
      IndexPath = cache::ProjectIndex::defaultPath(projectRoot(), Inv.CacheDir);
    return IndexPath.empty() ? Error::success() : openIndex();
  };
  if (Error E = Prepare()) {
    fail(std::move(E));
    return false;
  }
  if (Files.empty())
    return false;
  Targets = Inv.Parse.Targets.empty() ? Conf.Targets : Inv.Parse.Targets;
  std::vector<std::string> Sources = Files;
  if (Inv.Project)
    llvm::erase_if(Sources, [](StringRef F) { return sourceKind(F) == SourceKind::Header; });
  llvm::append_range(Sources, Others);
  Jobs = Known->jobs(Sources, !Targets.empty(), L);
  Settings.Jobs = Inv.Jobs;
  Settings.Extraction.ProjectRoot = projectRoot();
  std::string CacheDir = Inv.CacheDir.empty() ? cache::UnitCache::defaultDirectory() : Inv.CacheDir;
  if (!Inv.NoCache && !CacheDir.empty())
    Settings.Cache = &Cache.emplace(CacheDir, [&](const std::string &Trouble) { L.warning(Trouble); });
  Settings.Keys = Settings.Cache || Index;
  return true;
}

/// A header that is not found is told once, however many files want it.
void Session::tellIssues(ArrayRef<const ir::Unit *> Units, StringRef Label, std::vector<Incomplete> &Into) {
  std::vector<IssueSummary> Found;
  StringMap<unsigned> Wanted;
  for (const ir::Unit *U : Units)
    if (auto Issues = summarise(*U, [&](StringRef Path) { return shown(Path); })) {
      ++Wanted[Issues->Header];
      Found.push_back(std::move(*Issues));
    }
  for (IssueSummary &I : Found) {
    // Told with the first file, which leaves none for those after it.
    unsigned Files = I.Header.empty() ? 1 : std::exchange(Wanted[I.Header], 0);
    if (Files)
      tellOnce(shown(I.Record.Where.File) + ":" + std::to_string(I.Record.Where.Line) + ": " +
                   (Label.empty() ? "" : "for " + Label.str() + ": ") + I.Advice +
                   (Files > 1
                        ? "; the same in " + std::to_string(Files - 1) + " more" + (Files > 2 ? " files" : " file")
                        : ""),
               /*Error=*/false);
    Into.push_back(std::move(I.Record));
  }
}

/// A defect of the engine must not look like "nothing found".
AnalysisResult Session::judge(ArrayRef<const ir::Unit *> Units, AnalysisOptions Options) {
  auto AnalysisStart = Clock::now();
  Options.Begin = crashesForTests();
  Options.GuardedBy = Conf.GuardedBy;
  AnalysisResult Result = analyse(Units, Conf.Model ? *Conf.Model : api::Model::builtin(), Options);
  for (const Crash &C : Result.Crashes)
    tellOnce(describe(C, [&](StringRef Path) { return shown(Path); }), /*Error=*/true);
  AnalysisSeconds += secondsSince(AnalysisStart);
  Totals.Functions += Result.Stats.Functions;
  Totals.Analysed += Result.Stats.Analysed;
  Totals.Steps += Result.Stats.Steps;
  return Result;
}

void Session::oneProgram(ArrayRef<Job> Jobs, StringRef Label, const AnalysisOptions &Options,
                         function_ref<void(ParsedProgram &)> Take) {
  auto Owned = std::make_unique<std::vector<ParsedFile>>(parse(Jobs));
  std::vector<ParsedFile> &ParsedFiles = *Owned;
  auto Bury = make_scope_exit([&] {
    if (Options.DisableFree)
      BuryPointer(std::move(Owned));
  });
  ParsedProgram Program;
  Program.Label = Label;
  std::vector<const ir::Unit *> &Units = Program.Units;
  std::vector<const ir::Unit *> Asked;
  std::vector<Incomplete> Unread;
  for (const ParsedFile &F : ParsedFiles) {
    bool Told = !Comparing && !is_contained(Others, F.File);
    if (!F.Unit && Told) {
      tellOnce(F.Error, /*Error=*/true);
      Unread.push_back(Incomplete{{F.File}, "", F.Error});
    }
    if (!F.Unit)
      continue;
    if (Told)
      Asked.push_back(F.Unit.get());
    Units.push_back(F.Unit.get());
  }
  tellIssues(Asked, Label, Unread);
  if (!Comparing)
    for (const auto &[Source, Why] : Cython.leftOut())
      Unread.push_back(Incomplete{{Source}, "", Why});
  // The rest of the project, as earlier runs left it: linked with, but its findings are not asked for.
  std::vector<ir::Unit> Beside;
  if (Index)
    Beside = Index->unitsBeside(Files, Label, [&](StringRef File) {
      L.remark("'" + shown(File) +
               "' has changed since it was indexed and is not known here; check it with --index, too");
    });
  std::vector<const ir::Unit *> All = Units;
  StringSet<> Foreign;
  for (const ir::Unit &U : Beside) {
    All.push_back(&U);
    Foreign.insert(U.MainFile);
  }
  Program.Result = judge(All, Options);
  dropOthers(Program.Result, std::move(Foreign));
  llvm::append_range(Program.Result.Unjudged, Unread);
  Take(Program);
  if (!Comparing)
    updateIndex(ParsedFiles, Label);
}

void Session::dropOthers(AnalysisResult &Result, StringSet<> Foreign) {
  for (const std::string &F : Others)
    Foreign.insert(F);
  dropForeign(Result, Foreign, Files);
  if (!Inv.Project)
    return;
  auto Asked = [&](const Place &P) { return is_contained(Files, P.File); };
  llvm::erase_if(Result.Findings, [&](const Finding &F) {
    return !Asked(F.Where) && none_of(F.Notes, [&](const Note &N) { return Asked(N.Where); });
  });
}

std::vector<ParsedFile> Session::parse(ArrayRef<Job> Jobs) {
  auto ParseStart = Clock::now();
  std::vector<ParsedFile> Out;
  {
    Progress P(C.Err, C.ErrIsTerminal && !Inv.Quiet, Jobs.size());
    Out = extractAll(Jobs, Settings, P);
  }
  ParseSeconds += secondsSince(ParseStart);
  for (const ParsedFile &F : Out)
    ++(F.FromCache ? Cached : Parsed);
  return Out;
}

void Session::updateIndex(ArrayRef<ParsedFile> Files, StringRef Label) {
  if (!Index)
    return;
  std::vector<cache::ProjectIndex::Fresh> Fresh;
  for (const ParsedFile &F : Files)
    if (F.Unit)
      Fresh.push_back({F.Key, F.Unit.get()});
  Index->update(Label, Fresh);
}

void Session::parseIntoIndex() {
  std::vector<ParsedFile> Files = parse(Jobs);
  for (const ParsedFile &F : Files)
    if (!F.Unit)
      L.warning(F.Error); // the others are still of use
  updateIndex(Files, "");
}

void Session::forEachProgram(AnalysisOptions Options, function_ref<void(ParsedProgram &)> Take) {
  Options.DisableFree = Targets.size() < 2;
  forEachTarget(Jobs, Options, Take);
}

void Session::forEachProgramWith(const extract::FileTexts &Instead, AnalysisOptions Options,
                                 function_ref<void(ParsedProgram &)> Take) {
  std::vector<Job> Then;
  llvm::copy_if(Jobs, std::back_inserter(Then), [&](const Job &J) {
    auto It = Instead.find(J.File);
    return It == Instead.end() || It->second;
  });
  auto Restore = make_scope_exit([&, Cache = Settings.Cache] {
    Settings.Extraction.Instead = Cython.made();
    Settings.Cache = Cache;
    Comparing = false;
  });
  for (const auto &[File, Text] : Instead)
    Settings.Extraction.Instead.insert_or_assign(File, Text);
  // A header may be in any file; that of a main file is its own.
  if (any_of(Instead, [&](const auto &F) { return none_of(Jobs, [&](const Job &J) { return J.File == F.first; }); }))
    Settings.Cache = nullptr;
  Options.Read = [&](StringRef File) {
    auto It = Instead.find(File.str());
    return It == Instead.end() ? readFromDisk(File) : It->second;
  };
  Comparing = true;
  forEachTarget(Then, Options, Take);
}

void Session::forEachTarget(ArrayRef<Job> Jobs, const AnalysisOptions &Options,
                            function_ref<void(ParsedProgram &)> Take) {
  if (Targets.empty())
    oneProgram(Jobs, "", Options, Take);
  for (const Target &T : Targets) {
    auto Own = Known->retarget(Jobs, T);
    if (Own) {
      oneProgram(*Own, T.name(), Options, Take);
      continue;
    }
    if (!Comparing)
      L.error("target " + T.name() + " was not checked: no headers of that version; known are " +
              Known->knownVersions() + "; give them with --python or `headers:` in .gilray.yaml");
  }
}

Error Session::close() {
  if (!Index)
    return Error::success();
  Index->dropMissing();
  if (StringRef Parent = sys::path::parent_path(IndexPath); Inv.Index.empty() && !Parent.empty())
    if (std::error_code EC = sys::fs::create_directories(Parent))
      return createStringError(EC, "cannot make '%s': %s", Parent.str().c_str(), EC.message().c_str());
  return Index->save(IndexPath);
}

std::string Session::projectRoot() const {
  std::string Near = Files.empty() ? Here : Files[0];
  if (!Inv.Inputs.empty() && sys::fs::is_directory(Inv.Inputs[0]))
    Near = absolutePath(Inv.Inputs[0]) + "/";
  return config::projectRoot(Conf, Near, Here);
}

Error Session::write(function_ref<void(raw_ostream &, bool Color)> Into) {
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

void Session::statistics(ArrayRef<Incomplete> Unjudged) {
  raw_ostream &OS = L.stream();
  if (Inv.Strict || Inv.Stats)
    for (const Incomplete &I : Unjudged) {
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

} // namespace gilray::driver
