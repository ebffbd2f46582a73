// The readable form of the IR: `gilray ir FILE` prints it, tests are written in it. print(parse(print(u))) == print(u).
#ifndef GILRAY_IR_TEXT_H
#define GILRAY_IR_TEXT_H

#include "ir/Unit.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/raw_ostream.h"

namespace gilray::ir {

/// Prints everything the unit holds. Deterministic.
void print(const Unit &U, llvm::raw_ostream &OS);
/// Errors carry "line:column: message".
llvm::Expected<Unit> parseText(StringRef Text);

} // namespace gilray::ir

#endif
