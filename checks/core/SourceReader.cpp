#include "core/SourceReader.h"
#include "llvm/Support/MemoryBuffer.h"

namespace gilray {

std::optional<std::string> readFromDisk(llvm::StringRef Path) {
  auto Buffer = llvm::MemoryBuffer::getFile(Path, /*IsText=*/false, /*RequiresNullTerminator=*/false);
  if (!Buffer)
    return std::nullopt;
  return (*Buffer)->getBuffer().str();
}

} // namespace gilray
