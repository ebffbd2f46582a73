// A first spec.
#ifndef GILRAY_PROBE_COMMAND_INIT_H
#define GILRAY_PROBE_COMMAND_INIT_H

#include "report/Model.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/Support/Error.h"

namespace gilray::probe {

/// YAML with the interpreters and, for every function of the linter's manifest (a path, or empty) and every module
/// named, a kernel whose call is to be filled in.
llvm::Expected<std::string> initialSpec(llvm::ArrayRef<InterpreterFacts> Interpreters, llvm::StringRef Manifest,
                                        llvm::ArrayRef<std::string> Modules);

} // namespace gilray::probe

#endif
