// Parses the command line and hands over to the subcommand.
#include "driver/Driver.h"
#include "command/Command.h"
#include "driver/CommandLine.h"
#include "driver/Log.h"
#include "llvm/Config/llvm-config.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Process.h"

namespace gilray::driver {

using namespace llvm;

static int Anchor; ///< its address tells which executable this is, where the system cannot

int run(ArrayRef<const char *> Argv, raw_fd_ostream &Out, raw_ostream &Err) {
  Context C{Out, Err, Argv.empty() ? "gilray" : Argv[0]};
  C.OutIsTerminal = Out.is_displayed();
  C.ErrIsTerminal = sys::Process::StandardErrIsDisplayed();
  C.ErrInColor = C.ErrIsTerminal && Err.has_colors() && !sys::Process::GetEnv("NO_COLOR");
  auto Inv = parseCommandLine(Argv.drop_front(Argv.empty() ? 0 : 1));
  if (!Inv) {
    Log(Err, false, C.ErrInColor).error(toString(Inv.takeError()));
    return Failed;
  }
  if (Inv->Version) {
    Out << "gilray " GILRAY_VERSION " (LLVM " LLVM_VERSION_STRING ")\n";
    return Nothing;
  }
  if (Inv->Help) {
    printHelp(Inv->Command, Out, Inv->HelpAll);
    return Nothing;
  }
  switch (Inv->Command) {
  case Subcommand::None:
    printHelp(Subcommand::None, Err);
    return Failed;
  case Subcommand::Check:
  case Subcommand::Baseline:
    return runCheck(*Inv, C);
  case Subcommand::Readiness:
    return runReadiness(*Inv, C);
  case Subcommand::Index:
    return runIndex(*Inv, C);
  case Subcommand::Report:
    return runReport(*Inv, C);
  case Subcommand::Ir:
    return runIr(*Inv, C);
  case Subcommand::List:
    return runList(*Inv, C);
  case Subcommand::Explain:
    return runExplain(*Inv, C);
  case Subcommand::Catalogue:
    return runCatalogue(*Inv, C);
  case Subcommand::Cache:
    return runCache(*Inv, C);
  case Subcommand::Completion:
    return runCompletion(*Inv, C);
  case Subcommand::Manual:
    return runManual(*Inv, C);
  case Subcommand::Probe:
    return probe::runCommand(Inv->ProbeArgs, sys::fs::getMainExecutable(C.Program, &Anchor), Out, Err, C.OutIsTerminal,
                             C.ErrIsTerminal);
  }
  llvm_unreachable("all subcommands are handled");
}

} // namespace gilray::driver
