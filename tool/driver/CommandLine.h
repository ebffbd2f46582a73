// The command line, parsed and checked: plain values for the subcommands. Options.td is the source of options and help.
#ifndef GILRAY_DRIVER_COMMANDLINE_H
#define GILRAY_DRIVER_COMMANDLINE_H

#include "config/Targets.h"
#include "core/CheckInfo.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/raw_ostream.h"
#include <optional>
#include <string>
#include <vector>

namespace gilray::driver {

using config::Target;

enum class Subcommand : uint8_t {
  None,
  Check,
  Readiness,
  Index,
  Baseline,
  Report,
  Ir,
  List,
  Explain,
  Catalogue,
  Cache,
  Probe,
  Completion,
  Manual
};
enum class Format : uint8_t { Text, Json, Sarif, GitHub, GitLab, JUnit, Markdown, Html };
enum class ReadinessFormat : uint8_t { Text, Json, Markdown, Badge };
enum class ReadinessGate : uint8_t { Never, Contradicted, Blocked };
enum class BaselineAction : uint8_t { None, Create, Update, Check };
enum class Shell : uint8_t { Bash, Zsh, Fish };
enum class When : uint8_t { Auto, Always, Never };

/// What decides how a file is parsed; shared by `check` and `ir`.
struct ParseOptions {
  std::string BuildDir; ///< -p
  std::string Python;   ///< --python
  std::string ResourceDir;
  std::vector<Target> Targets;
  bool HasFlags = false; ///< `--` was given, even with nothing behind it
  std::vector<std::string> Flags;
};

struct Invocation {
  Subcommand Command = Subcommand::None;
  bool Help = false, HelpAll = false, Version = false;
  std::vector<std::string> Inputs; ///< paths; for explain and cache the operand
  ParseOptions Parse;
  std::string Checks; ///< --checks as given
  std::optional<Severity> Shown;
  std::optional<Severity> FailOn;
  bool FailNever = false, Strict = false, Quiet = false, Stats = false, NoCache = false, NoConfig = false;
  bool BinarySize = false, Json = false;
  bool Fix = false, FixDryRun = false;
  bool Project = false;    ///< link with the rest of the project
  std::string Diff;        ///< --diff
  std::string Baseline;    ///< --baseline
  Shell For = Shell::Bash; ///< completion
  BaselineAction OnBaseline = BaselineAction::None;
  bool Grow = false;
  Format Report = Format::Text;
  ReadinessFormat ReadinessReport = ReadinessFormat::Text;
  ReadinessGate FailOnVerdict = ReadinessGate::Never;
  When Color = When::Auto;
  unsigned Jobs = 0;                   ///< 0: all cores
  std::vector<const char *> ProbeArgs; ///< what follows `probe`: it has options of its own
  std::string Output, Kernels, ConfigFile, CacheDir, Index, Cython;
};

/// Args without the program name. Errors say what is wrong and, for a typing slip, what was probably meant.
llvm::Expected<Invocation> parseCommandLine(llvm::ArrayRef<const char *> Args);

/// All: also what is rarely needed.
void printHelp(Subcommand Command, llvm::raw_ostream &OS, bool All = false);

std::optional<Severity> parseSeverity(llvm::StringRef Name);
llvm::StringRef severityName(Severity S);

/// " (did you mean 'x'?)", or nothing if no candidate is near.
std::string didYouMean(llvm::StringRef Wrong, llvm::ArrayRef<llvm::StringRef> Candidates);

} // namespace gilray::driver

#endif
