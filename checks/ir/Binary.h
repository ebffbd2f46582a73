// The binary form of the IR, for the cache and the project index: versioned, checksummed, small.
#ifndef GILRAY_IR_BINARY_H
#define GILRAY_IR_BINARY_H

#include "ir/Unit.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/raw_ostream.h"

namespace gilray::ir {

void writeBinary(const Unit &U, llvm::raw_ostream &OS);
/// Refuses foreign, truncated, corrupt data and other format versions with an error; never crashes on any bytes.
llvm::Expected<Unit> readBinary(StringRef Bytes);

} // namespace gilray::ir

#endif
