// See CrashGuard.h.
#include "core/CrashGuard.h"
#include "llvm/Support/CrashRecoveryContext.h"
#include <csignal>
#include <memory>
#include <mutex>

namespace gilray {

static void useAlternateStack() {
  llvm::CrashRecoveryContext::Enable();
  for (int Signal : {SIGSEGV, SIGBUS}) {
    struct sigaction Handler;
    if (sigaction(Signal, nullptr, &Handler) == 0 && Handler.sa_handler != SIG_DFL) {
      Handler.sa_flags |= SA_ONSTACK;
      sigaction(Signal, &Handler, nullptr);
    }
  }
}

bool runGuarded(llvm::function_ref<void()> Fn, unsigned StackSize) {
  static std::once_flag Once; // signal handlers are the process's
  std::call_once(Once, useAlternateStack);
  constexpr size_t AlternateSize = 64 << 10;
  auto Alternate = std::make_unique<char[]>(AlternateSize);
  llvm::CrashRecoveryContext Guard;
  return Guard.RunSafelyOnThread(
      [&] {
        stack_t Stack = {};
        Stack.ss_sp = Alternate.get();
        Stack.ss_size = AlternateSize;
        sigaltstack(&Stack, nullptr); // for this thread, which ends with Fn
        Fn();
      },
      StackSize);
}

} // namespace gilray
