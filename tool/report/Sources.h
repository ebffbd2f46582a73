// Source lines for the reports, read once per file.
#ifndef GILRAY_REPORT_SOURCES_H
#define GILRAY_REPORT_SOURCES_H

#include "core/Finding.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/MemoryBuffer.h"
#include <memory>
#include <string>
#include <vector>

namespace gilray::report {

class Sources {
public:
  /// Without the line end; empty if there is no such line or file.
  llvm::StringRef line(llvm::StringRef File, unsigned Number);
  /// The text of a place; its whole first line when the end is not known.
  std::string text(const Place &Where);

  /// For files that are not as they are on disk.
  void set(llvm::StringRef Path, llvm::StringRef Text);

private:
  struct File {
    std::unique_ptr<llvm::MemoryBuffer> Buffer;
    std::vector<size_t> Starts;
    void fill(std::unique_ptr<llvm::MemoryBuffer> From);
  };
  llvm::StringMap<File> Files;
  const File &load(llvm::StringRef Path);
};

} // namespace gilray::report

#endif
