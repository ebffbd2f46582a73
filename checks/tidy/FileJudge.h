// What the editor doors need from the tool: one unit in, the findings of its file out, as `gilray check` on this file
// would have them. Declared here, where Clang is known; defined in tool/host, where configuration and index are.
#ifndef GILRAY_TIDY_FILEJUDGE_H
#define GILRAY_TIDY_FILEJUDGE_H

#include "core/Finding.h"
#include "extract/Extract.h"
#include "llvm/ADT/ArrayRef.h"
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace gilray::tidy {

/// Options as clang-tidy's configuration gives them, unread.
struct HostOptions {
  std::string Config;   ///< GilrayConfig: a file, "none", or empty: .gilray.yaml searched upwards
  std::string Index;    ///< GilrayIndex: a project index; it is only read
  std::string Severity; ///< GilraySeverity: the least level that is shown
  std::map<const CheckInfo *, std::string> Severities; ///< gilray-NAME.Severity
  bool operator==(const HostOptions &) const = default;
};

struct Judgement {
  std::vector<Finding> Findings; ///< also those that a NOLINT silences: the host counts them
  std::vector<std::string> Troubles;
};

class FileJudge {
public:
  FileJudge(llvm::StringRef MainFile, const HostOptions &Options);
  ~FileJudge();
  const extract::Options &extraction() const;
  /// Once. Text: of the main file as the host has it, saved or not.
  Judgement judge(std::shared_ptr<ir::Unit> U, llvm::ArrayRef<const CheckInfo *> Enabled, llvm::StringRef Text);

private:
  struct Impl;
  std::unique_ptr<Impl> P;
};

} // namespace gilray::tidy

#endif
