// The gilray command. Everything is in driver/; only the process itself is set up and left here.
#include "driver/Driver.h"
#include "llvm/Support/InitLLVM.h"

int main(int Argc, char **Argv) {
  llvm::InitLLVM Setup(Argc, Argv);
  llvm::setBugReportMsg("gilray crashed. Please report the source file that it was checking and this backtrace.\n");
  return gilray::driver::run({Argv, static_cast<size_t>(Argc)}, llvm::outs(), llvm::errs());
}
