// gilray-clangd: clangd as it is, linked with gilray's checks, which register themselves.
#include "llvm/ADT/StringRef.h"
#include <memory>

namespace clang::clangd {

// Declared here because clangd installs no headers.
int clangdMain(int Argc, char *Argv[]);

class SymbolIndex {
public:
  virtual ~SymbolIndex() = default;
};

/// Remote symbol indices need gRPC and are left out: clangd then says that it was built without.
namespace remote {
std::unique_ptr<SymbolIndex> getClient(llvm::StringRef, llvm::StringRef) { return nullptr; }
extern const char *const FeatureString = "";
} // namespace remote

} // namespace clang::clangd

int main(int Argc, char *Argv[]) { return clang::clangd::clangdMain(Argc, Argv); }
