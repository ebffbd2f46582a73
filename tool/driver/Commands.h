// How each file is to be parsed: from the compile database, from the flags behind `--`, or from defaults.
#ifndef GILRAY_DRIVER_COMMANDS_H
#define GILRAY_DRIVER_COMMANDS_H

#include "driver/CommandLine.h"
#include "driver/Log.h"
#include "driver/Python.h"
#include "extract/CompileCommands.h"
#include <map>
#include <optional>

namespace gilray::driver {

/// One parse.
struct Job {
  std::string File, Directory;
  std::vector<std::string> Args;
};

class Commands {
public:
  /// Near is where the search for a compile database starts. Headers: target -> include directories, from the
  /// configuration.
  static llvm::Expected<Commands> create(const ParseOptions &Options, llvm::StringRef Near,
                                         std::map<std::string, std::vector<std::string>> Headers, Log &L);

  /// The files of the database, when it was named and no path was.
  const extract::CompileCommands *database() const { return Database ? &*Database : nullptr; }

  /// The jobs for Files as they are configured. Says once what was assumed; Targeted: Python's headers will be
  /// replaced.
  std::vector<Job> jobs(llvm::ArrayRef<std::string> Files, bool Targeted, Log &L);

  /// The same jobs with the headers of T, or nothing when no headers of that version are known.
  std::optional<std::vector<Job>> retarget(llvm::ArrayRef<Job> Jobs, const Target &T);
  /// For the message when retarget gives nothing.
  std::string knownVersions();

private:
  const ParseOptions &Options;
  std::optional<extract::CompileCommands> Database;
  std::optional<PythonHeaders> Python; ///< --python, or the active one once it was needed
  std::map<std::string, std::vector<std::string>> Configured;
  std::optional<std::vector<PythonHeaders>> Discovered;

  explicit Commands(const ParseOptions &O) : Options(O) {}
  std::vector<std::string> defaults(llvm::StringRef File, llvm::ArrayRef<std::string> Roots) const;
  void needPython(Log &L);
  std::optional<PythonHeaders> headersFor(const Target &T);
};

} // namespace gilray::driver

#endif
