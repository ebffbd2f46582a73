// gilray-clangd: clangd as it is, linked with gilray's checks, which register themselves.
#include "clangd/Relay.h"
#include "clangd/Reparse.h"
#include "host/Settling.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Process.h"
#include "llvm/Support/raw_ostream.h"
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

/// Does an editor talk to this process?
static bool isServer(int Argc, char *Argv[]) {
  return llvm::none_of(llvm::ArrayRef(Argv + 1, Argc - 1), [](llvm::StringRef Arg) {
    llvm::StringRef Name = Arg.ltrim('-').split('=').first;
    return Arg.starts_with("-") &&
           llvm::is_contained({"check", "help", "help-hidden", "help-list", "version", "lit-test"}, Name);
  });
}

int main(int Argc, char *Argv[]) {
  if (isServer(Argc, Argv))
    if (gilray::clangd::Relay *Input = gilray::clangd::Relay::start())
      gilray::tidy::Settling::get().enable([Input](llvm::StringRef File) { gilray::clangd::reparse(*Input, File); });
  int Status = clang::clangd::clangdMain(Argc, Argv);
  llvm::outs().flush();
  // Threads of ours may be at work with what is taken apart at the end of a process.
  llvm::sys::Process::Exit(Status, /*NoCleanup=*/true);
}
