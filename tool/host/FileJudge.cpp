// One file inside clang-tidy or clangd: configuration, project index, analysis, suppressions. Several threads of one
// process come here at the same time, again and again for the same project: what was read stays until it changes.
#include "tidy/FileJudge.h"
#include "Analysis.h"
#include "config/Config.h"
#include "driver/Collect.h"
#include "driver/CommandLine.h"
#include "driver/Crashes.h"
#include "driver/Fixes.h"
#include "driver/Inputs.h"
#include "host/HeaderFunctions.h"
#include "host/Kept.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

namespace gilray::tidy {

using namespace llvm;

struct FileJudge::Impl {
  std::string MainFile;
  HostOptions Options;
  std::shared_ptr<const config::Config> Conf;
  extract::Options Extraction;
  std::vector<std::string> Troubles;
  std::shared_ptr<const IndexedProject> Project;
  std::vector<const ir::Unit *> Units; ///< the one to judge and those of Project
  StringSet<> Foreign;                 ///< main files of the latter

  std::string configPath() const {
    if (Options.Config == "none")
      return {};
    return Options.Config.empty() ? config::findUpwards(MainFile) : Options.Config;
  }
  /// A level of an option; a wrong one is told and not used.
  std::optional<Severity> level(const Twine &Option, StringRef Value) {
    auto Level = driver::parseSeverity(Value);
    if (!Level && !Value.empty())
      Troubles.push_back(("option '" + Option + "': '" + Value + "' is not note, warning or error").str());
    return Level;
  }
  /// Only what runs in this host may be said to suppress nothing.
  std::string excluded(ArrayRef<const CheckInfo *> Enabled) const {
    std::string Globs;
    for (const CheckInfo *C : allChecks())
      if (!is_contained(Enabled, C))
        Globs += (Globs.empty() ? "-gilray-" : ",-gilray-") + std::string(C->Name);
    return Globs;
  }
  void linkIndex(ir::Unit &U);
  bool keep(Finding &F) {
    if (auto It = Options.Severities.find(F.Check); It != Options.Severities.end()) {
      if (It->second == "off")
        return false;
      if (auto Level = level("gilray-" + std::string(F.Check->Name) + ".Severity", It->second))
        F.Sev = *Level;
    }
    return true;
  }
};

FileJudge::FileJudge(StringRef MainFile, const HostOptions &Options) : P(std::make_unique<Impl>()) {
  P->MainFile = driver::absolutePath(MainFile);
  P->Options = Options;
  auto Conf = Kept::config(P->configPath());
  if (Conf)
    P->Conf = *Conf;
  else {
    P->Troubles.push_back(toString(Conf.takeError()));
    P->Conf = std::make_shared<config::Config>();
  }
  P->Extraction.ProjectRoot = config::projectRoot(*P->Conf, P->MainFile, sys::path::parent_path(P->MainFile));
}

FileJudge::~FileJudge() = default;

const extract::Options &FileJudge::extraction() const { return P->Extraction; }

/// The rest of the project, as far as the index knows it.
void FileJudge::Impl::linkIndex(ir::Unit &U) {
  if (Options.Index.empty())
    return;
  auto Read = Kept::index(Options.Index, "");
  if (!Read)
    return Troubles.push_back(toString(Read.takeError()));
  Project = *Read;
  bool Skipped = hasSkippedBodies(U);
  if (const ir::Unit *Headers = Skipped ? Project->headersOf(U.MainFile) : nullptr)
    Units.push_back(Headers);
  for (const ir::Unit &Other : Project->units())
    if (Other.MainFile != U.MainFile) {
      Units.push_back(&Other);
      Foreign.insert(Other.MainFile);
    }
  if (!Skipped)
    return;
  sys::fs::file_status S;
  if (!sys::fs::status(Options.Index, S))
    resolveSkippedBodies(U, ArrayRef(Units).drop_front(), S.getLastModificationTime().time_since_epoch().count());
}

Judgement FileJudge::judge(ir::Unit &U, ArrayRef<const CheckInfo *> Enabled, TextOf Text) {
  Judgement Out;
  auto Wanted = driver::Selection::create(*P->Conf, P->excluded(Enabled));
  if (!Wanted) {
    Out.Troubles.push_back(toString(Wanted.takeError()));
    return Out;
  }
  AnalysisOptions Options;
  Options.Checks = Wanted->checksToRun();
  if (Options.Checks.empty())
    return Out;
  Options.Begin = driver::crashesForTests();
  Options.Read = [&](StringRef File) {
    std::optional<StringRef> Open = Text(File);
    return Open ? std::optional(Open->str()) : readFromDisk(File);
  };
  P->Units = {&U};
  P->linkIndex(U);
  AnalysisResult Result = analyse(P->Units, P->Conf->Model ? *P->Conf->Model : api::Model::builtin(), Options);
  for (const Crash &C : Result.Crashes)
    P->Troubles.push_back(driver::describe(C, [](StringRef Path) { return Path.str(); }));
  driver::dropForeign(Result, P->Foreign, P->MainFile);
  driver::Collector All(*Wanted, P->MainFile);
  All.add(P->Units, std::move(Result), "");
  Out.Findings = std::move(All.take().Findings);
  Severity Least = P->level("GilraySeverity", P->Options.Severity).value_or(Severity::Warning);
  llvm::erase_if(Out.Findings, [&](Finding &F) { return !P->keep(F) || F.Sev < Least; });
  driver::finishFixes(Out.Findings, Text);
  Out.Troubles = std::exchange(P->Troubles, {});
  return Out;
}

} // namespace gilray::tidy
