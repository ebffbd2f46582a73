// What `check` and `readiness` have in common: configuration, files, compile commands, parsing for each target,
// analysis.
#ifndef GILRAY_DRIVER_SESSION_H
#define GILRAY_DRIVER_SESSION_H

#include "Analysis.h"
#include "cache/ProjectIndex.h"
#include "config/Config.h"
#include "driver/CommandLine.h"
#include "driver/CythonSources.h"
#include "driver/Driver.h"
#include "driver/ExtractAll.h"
#include "driver/Log.h"
#include "llvm/ADT/StringSet.h"
#include <chrono>
#include <optional>

namespace gilray::driver {

/// The files of a run as one program, parsed for one target.
struct ParsedProgram {
  llvm::StringRef Label; ///< the target; empty: each unit's own headers say it
  std::vector<const ir::Unit *> Units;
  AnalysisResult Result; ///< Unjudged includes files that gave no unit or were parsed in part
};

/// "1 fix", "2 fixes"; without Many an "s" is added.
std::string counted(size_t N, llvm::StringRef Word, llvm::StringRef Many = {});

class Session {
public:
  Session(const Invocation &Inv, const Context &C);

  /// Reads the configuration, lets Configured have a look at it, and finds files and compile commands. Failures were
  /// told; false: nothing can be done.
  bool open(llvm::function_ref<llvm::Error()> Configured = nullptr);
  /// Parses and analyses the files once per target and hands each program over, which is gone afterwards. What could
  /// not be done was told.
  void forEachProgram(AnalysisOptions Options, llvm::function_ref<void(ParsedProgram &)> Take);
  /// The same with other texts for some files, for comparison: nothing is told, indexed or cached of it.
  void forEachProgramWith(const extract::FileTexts &Instead, AnalysisOptions Options,
                          llvm::function_ref<void(ParsedProgram &)> Take);
  /// Parses the files as they are configured, for the index alone.
  void parseIntoIndex();
  /// Saves the project index, if there is one.
  llvm::Error close();

  const Invocation &invocation() const { return Inv; }
  const config::Config &configuration() const { return Conf; }
  llvm::ArrayRef<std::string> files() const { return Files; }
  /// The same as the user knows them: the sources of C that was made for this run.
  std::vector<std::string> sources() const;
  const std::string &directory() const { return Here; }
  /// What fingerprints are relative to: the same in every working directory.
  std::string projectRoot() const;
  std::string shown(llvm::StringRef Path) const;
  Log &log() { return L; }
  /// Tells the user and gives the exit status for a job that could not be done.
  int fail(llvm::Error E);
  /// Whether a person reads what is said about the run.
  bool watched() const { return C.ErrIsTerminal && !Inv.Quiet; }

  /// Into the file of --output or standard output.
  llvm::Error write(llvm::function_ref<void(llvm::raw_ostream &, bool Color)> Into);
  /// "incomplete: ..." lines and, with --stats, times and sizes.
  void statistics(llvm::ArrayRef<Incomplete> Unjudged);
  double seconds() const;

private:
  using Clock = std::chrono::steady_clock;
  const Invocation &Inv;
  const Context &C;
  Log L;
  Clock::time_point Start;
  config::Config Conf;
  std::string Here;
  std::vector<std::string> Files;  ///< to report on
  std::vector<std::string> Others; ///< --project: only linked with
  CythonSources Cython;
  bool Comparing = false;
  std::optional<Commands> Known;
  std::vector<Target> Targets;
  std::vector<Job> Jobs;
  ExtractSettings Settings;
  std::optional<cache::UnitCache> Cache;
  std::optional<cache::ProjectIndex> Index;
  std::string IndexPath;
  llvm::StringSet<> Told;
  unsigned Parsed = 0, Cached = 0;
  double ParseSeconds = 0, AnalysisSeconds = 0;
  AnalysisStats Totals;

  llvm::Error configure();
  llvm::Error chooseFiles();
  llvm::Error openIndex();
  void findOthers();
  void forEachTarget(llvm::ArrayRef<Job> Jobs, const AnalysisOptions &Options,
                     llvm::function_ref<void(ParsedProgram &)> Take);
  void dropOthers(AnalysisResult &Result, llvm::StringSet<> Foreign);
  void oneProgram(llvm::ArrayRef<Job> Jobs, llvm::StringRef Label, const AnalysisOptions &Options,
                  llvm::function_ref<void(ParsedProgram &)> Take);
  std::vector<ParsedFile> parse(llvm::ArrayRef<Job> Jobs);
  void updateIndex(llvm::ArrayRef<ParsedFile> Files, llvm::StringRef Label);
  void tellIssues(llvm::ArrayRef<const ir::Unit *> Units, llvm::StringRef Label, std::vector<Incomplete> &Into);
  AnalysisResult judge(llvm::ArrayRef<const ir::Unit *> Units, AnalysisOptions Options);
  void tellOnce(const std::string &Text, bool Error);
};

} // namespace gilray::driver

#endif
