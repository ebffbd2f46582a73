// Has clangd parse a file again that nobody changed.
#ifndef GILRAY_CLANGD_REPARSE_H
#define GILRAY_CLANGD_REPARSE_H

#include "clangd/Relay.h"

namespace gilray::clangd {

void reparse(Relay &Input, llvm::StringRef File);

} // namespace gilray::clangd

#endif
