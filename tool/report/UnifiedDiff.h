// The unified diff of a text and what edits make of it, as `git apply` and `patch -p1` read it.
#ifndef GILRAY_REPORT_UNIFIEDDIFF_H
#define GILRAY_REPORT_UNIFIEDDIFF_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/raw_ostream.h"
#include <string>

namespace gilray::report {

/// Replaces Length bytes at Offset by Text.
struct ByteEdit {
  size_t Offset = 0, Length = 0;
  std::string Text;
};

/// Edits are sorted and do not overlap.
std::string applyEdits(llvm::StringRef Before, llvm::ArrayRef<ByteEdit> Edits);

/// Hunks with three lines of context; nothing when the edits change nothing. The edits themselves say which lines
/// differ, so no longest common subsequence is needed. Path is written behind "a/" and "b/" unless it is absolute.
void writeUnifiedDiff(llvm::StringRef Path, llvm::StringRef Before, llvm::ArrayRef<ByteEdit> Edits,
                      llvm::raw_ostream &OS);

} // namespace gilray::report

#endif
