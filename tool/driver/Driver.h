// The subcommands. run() is main() without the process: streams in, exit status out.
#ifndef GILRAY_DRIVER_DRIVER_H
#define GILRAY_DRIVER_DRIVER_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/Support/raw_ostream.h"

namespace gilray::driver {

struct Invocation;

/// The exit statuses of every subcommand.
enum ExitStatus : int { Nothing = 0, Findings = 1, Failed = 2 };

struct Context {
  llvm::raw_ostream &Out, &Err;
  const char *Program; ///< argv[0], to find what lies beside it
  bool ErrIsTerminal = false, OutIsTerminal = false, ErrInColor = false;
};

int run(llvm::ArrayRef<const char *> Argv, llvm::raw_fd_ostream &Out, llvm::raw_ostream &Err);

int runCheck(const Invocation &Inv, const Context &C);
int runReadiness(const Invocation &Inv, const Context &C);
int runIndex(const Invocation &Inv, const Context &C);
int runIr(const Invocation &Inv, const Context &C);
int runList(const Invocation &Inv, const Context &C);
int runExplain(const Invocation &Inv, const Context &C);
int runCatalogue(const Invocation &Inv, const Context &C);
int runCompletion(const Invocation &Inv, const Context &C);
int runManual(const Invocation &Inv, const Context &C);
int runReport(const Invocation &Inv, const Context &C);
int runCache(const Invocation &Inv, const Context &C);

} // namespace gilray::driver

#endif
