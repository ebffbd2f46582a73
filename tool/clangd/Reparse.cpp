// When a file is saved, clangd looks at all open files anew and parses those whose text or compile command is another
// than before. The output of a compile command means nothing to it, nor to its preambles: a number there makes the
// command another one. Commands pass through the mangler, whose calls come here (-Wl,--wrap).
#include "clangd/Reparse.h"
#include "clang/Tooling/CompilationDatabase.h"
#include "llvm/ADT/StringMap.h"

namespace {

class Revisions {
public:
  static Revisions &get() {
    static auto *Only = new Revisions;
    return *Only;
  }
  void next(llvm::StringRef File) {
    std::lock_guard<std::mutex> Hold(Lock);
    ++Of[File];
  }
  unsigned of(llvm::StringRef File) {
    std::lock_guard<std::mutex> Hold(Lock);
    return Of.lookup(File);
  }

private:
  std::mutex Lock;
  llvm::StringMap<unsigned> Of;
};

} // namespace

namespace gilray::clangd {

void reparse(Relay &Input, llvm::StringRef File) {
  Revisions::get().next(File);
  Input.send(R"({"jsonrpc":"2.0","method":"textDocument/didSave","params":{"textDocument":{"uri":"file:///gilray"}}})");
}

} // namespace gilray::clangd

using Command = clang::tooling::CompileCommand;
void realMangle(const void *Mangler, Command &, llvm::StringRef File) asm(
    "__real__ZNK5clang6clangd14CommandManglerclERNS_7tooling14CompileCommandEN4llvm9StringRefE");
void wrappedMangle(const void *Mangler, Command &, llvm::StringRef File) asm(
    "__wrap__ZNK5clang6clangd14CommandManglerclERNS_7tooling14CompileCommandEN4llvm9StringRefE");

void wrappedMangle(const void *Mangler, Command &C, llvm::StringRef File) {
  realMangle(Mangler, C, File);
  if (unsigned Number = Revisions::get().of(File))
    C.Output += "#" + std::to_string(Number);
}
