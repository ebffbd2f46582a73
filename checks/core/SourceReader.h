// Where the text of a source file comes from. The command line reads the disk; an editor gives the buffer that it has
// open, which is what the unit was parsed from.
#ifndef GILRAY_CORE_SOURCEREADER_H
#define GILRAY_CORE_SOURCEREADER_H

#include "llvm/ADT/StringRef.h"
#include <functional>
#include <optional>
#include <string>

namespace gilray {

/// None: the text cannot be had, so that nothing can be said about it.
using SourceReader = std::function<std::optional<std::string>(llvm::StringRef Path)>;

std::optional<std::string> readFromDisk(llvm::StringRef Path);

} // namespace gilray

#endif
