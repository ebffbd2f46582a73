// The subcommands of `gilray probe`.
#ifndef GILRAY_PROBE_COMMAND_COMMAND_H
#define GILRAY_PROBE_COMMAND_COMMAND_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/Support/raw_ostream.h"

namespace gilray::probe {

/// Args: what follows `probe`. Executable: of this process, to find the harness. Exit status: 0 done, 1 an expectation
/// failed, 2 the job could not be done, 3 inconclusive, 130 interrupted (what was measured is reported).
int runCommand(llvm::ArrayRef<const char *> Args, llvm::StringRef Executable, llvm::raw_ostream &Out,
               llvm::raw_ostream &Err, bool OutIsTerminal, bool ErrIsTerminal);

} // namespace gilray::probe

#endif
