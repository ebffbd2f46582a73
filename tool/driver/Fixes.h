// gilray check --fix: which fixes of the findings can be made together, what the files become, and writing them.
#ifndef GILRAY_DRIVER_FIXES_H
#define GILRAY_DRIVER_FIXES_H

#include "core/Finding.h"
#include "report/UnifiedDiff.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/Support/Error.h"
#include <optional>

namespace gilray::driver {

/// Gives every edit its final text: the white space of its line where it asks for that, and the file's line ends.
/// Done before any report, so that JSON, SARIF and editors get what --fix would write.
/// TextOf: the text of a file that is not as it is on disk, or nothing.
void finishFixes(llvm::MutableArrayRef<Finding> Findings,
                 llvm::function_ref<std::optional<llvm::StringRef>(llvm::StringRef File)> TextOf = nullptr);

struct FixPlan {
  struct File {
    std::string Path, Before;
    std::vector<report::ByteEdit> Edits; ///< sorted, not overlapping
  };
  std::vector<File> Files;  ///< sorted by path
  std::vector<size_t> Done; ///< indices of findings that are gone once the plan is carried out
  unsigned Overlapping = 0; ///< fixes left out because they touch what an earlier one changes; the next run has them
  std::vector<std::string> Unreadable; ///< files that could not be read, with the reason
};

/// The first safe fix of each finding, all edits of a fix or none. Equal edits of several findings are made once.
FixPlan planFixes(llvm::ArrayRef<Finding> Findings);

/// Replaces each file at once (a file beside it is renamed over it) and keeps its permissions. The error names the
/// file; what was written before stays written.
llvm::Error carryOut(const FixPlan &Plan);

} // namespace gilray::driver

#endif
