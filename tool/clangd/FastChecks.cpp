// clangd runs only checks that it has timed and leaves out all others without a word, unless FastCheckFilter says
// otherwise. Ours have a budget of their own (tool/tests/clangd_latency.py measures it): calls of clangd's question
// come here (-Wl,--wrap), so that gilray works with clangd's default configuration.
#include "llvm/ADT/StringRef.h"
#include <optional>

extern "C" std::optional<bool> __real__ZN5clang6clangd15isFastTidyCheckEN4llvm9StringRefE(llvm::StringRef Check);
extern "C" std::optional<bool> __wrap__ZN5clang6clangd15isFastTidyCheckEN4llvm9StringRefE(llvm::StringRef Check) {
  if (Check.starts_with("gilray-"))
    return true;
  return __real__ZN5clang6clangd15isFastTidyCheckEN4llvm9StringRefE(Check);
}
