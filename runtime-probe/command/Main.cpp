// `gilray probe` without the rest of gilray: gilray-probe run SPEC.
#include "command/Command.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/InitLLVM.h"
#include "llvm/Support/Process.h"

int main(int Argc, char **Argv) {
  llvm::InitLLVM Setup(Argc, Argv);
  std::vector<const char *> Args(Argv + 1, Argv + Argc);
  // `gilray-probe probe run` works like `gilray probe run`: scripts need not know which one they have.
  if (!Args.empty() && llvm::StringRef(Args[0]) == "probe")
    Args.erase(Args.begin());
  static int Anchor;
  return gilray::probe::runCommand(Args, llvm::sys::fs::getMainExecutable(Argv[0], &Anchor), llvm::outs(), llvm::errs(),
                                   llvm::outs().is_displayed(), llvm::sys::Process::StandardErrIsDisplayed());
}
