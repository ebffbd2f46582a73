// Addresses of the measured process as functions and source lines, by LLVM's symbolizer.
#ifndef GILRAY_PROBE_LAUNCHER_SYMBOLS_H
#define GILRAY_PROBE_LAUNCHER_SYMBOLS_H

#include "report/Model.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/JSON.h"
#include <memory>
#include <vector>

namespace gilray::probe {

class Symbols {
public:
  Symbols();
  ~Symbols();
  /// Function, file and line as far as the object has them; of inlined code the line in the function that it was
  /// inlined into, with the inlined function as Callee. Return: the address is behind a call.
  CodeShare find(llvm::StringRef Object, uint64_t Offset, bool Return);

private:
  struct Impl;
  std::unique_ptr<Impl> P;
};

/// Samples of code addresses put together by the innermost frame in one of Extensions (else by the innermost function
/// outside the C library), for workers that had the GIL. Shares are of all samples.
std::vector<CodeShare> heldLines(Symbols &S, llvm::ArrayRef<llvm::json::Object> Replies,
                                 llvm::ArrayRef<std::string> Extensions, int64_t &Total);

/// Where the GIL was released, and the share of the calls' time spent there.
std::vector<CodeShare> releaseSites(Symbols &S, llvm::ArrayRef<llvm::json::Object> Replies);

} // namespace gilray::probe

#endif
