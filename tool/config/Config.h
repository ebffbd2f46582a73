// The project's configuration, .gilray.yaml, as plain values. Reading it never runs anything.
//
//     checks: ["-gilray-unsafe-libc-detached"]       # as --checks
//     severities: {gilray-region-escape: warning}    # note, warning, error or off
//     overrides:                                     # for the findings in some files; later ones win
//       - paths: ["vendored/**"]
//         checks: "-*"
//     targets: [3.12, 3.15t]                         # as --target
//     headers: {3.15t: third_party/python3.15t}      # include directories, relative to this file
//     exclude: ["tests/**"]                          # not searched when a directory is checked
//     guarded_by: {Conn.status: lock}                # which lock every use of a field or variable holds
//     model: ...                                     # functions and types of the project, as in checks/api
//     expectations: ...                              # what blocks, and where callbacks run: see Expectations.h
#ifndef GILRAY_CONFIG_CONFIG_H
#define GILRAY_CONFIG_CONFIG_H

#include "api/Model.h"
#include "config/CheckGlobs.h"
#include "config/Targets.h"
#include "llvm/Support/Error.h"
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace gilray::config {

/// Globs over paths relative to the configuration's directory. As in the shell's `case`, `*` also matches '/'; a
/// pattern that names a directory names everything below it.
class PathGlobs {
public:
  llvm::Error add(llvm::StringRef Text);
  bool matches(llvm::StringRef RelativePath) const;
  bool empty() const { return Patterns.empty(); }

private:
  std::vector<Glob> Patterns;
};

/// Per check (pointer order is never visible: it is only looked up); no value: off.
using SeverityMap = std::map<const CheckInfo *, std::optional<Severity>>;

struct Override {
  PathGlobs Paths;
  CheckGlobs Checks;
  SeverityMap Severities;
};

struct Config {
  std::string Path, Directory; ///< empty without a file
  CheckGlobs Checks;
  SeverityMap Severities;
  std::vector<Override> Overrides;
  std::vector<Target> Targets;
  std::map<std::string, std::vector<std::string>> Headers; ///< target -> absolute directories
  PathGlobs Exclude;
  std::map<std::string, std::string> GuardedBy; ///< "Conn.status" or the name of a variable -> lock
  std::shared_ptr<const api::Model> Model;      ///< null: the built-in one

  /// Path relative to Directory, as the globs see it.
  std::string relative(llvm::StringRef AbsolutePath) const;
};

/// Errors read "FILE:LINE:COLUMN: what is wrong".
llvm::Expected<Config> load(llvm::StringRef Path);
llvm::Expected<Config> parse(llvm::StringRef Text, llvm::StringRef Path);
/// The .gilray.yaml in Start (a file or directory) or the nearest of its parents; empty if there is none.
std::string findUpwards(llvm::StringRef Start);
/// What fingerprints and ids are relative to: the directory of .gilray.yaml, else the nearest one above File that looks
/// like a project's, else Otherwise.
std::string projectRoot(const Config &C, llvm::StringRef File, llvm::StringRef Otherwise);

} // namespace gilray::config

#endif
