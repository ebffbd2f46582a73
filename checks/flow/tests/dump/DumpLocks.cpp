// gilray-dump-locks FILE.ir..: links units in text form (`gilray ir` prints them) and prints what the lock-set analysis
// finds, with the time each step took on standard error. For developers; not installed.
#include "api/Model.h"
#include "flow/tests/LockDump.h"
#include "ir/Text.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/raw_ostream.h"
#include <ctime>

int main(int Count, char **Files) {
  using namespace gilray;
  std::vector<ir::Unit> Units;
  for (int I = 1; I < Count; ++I) {
    auto Buffer = llvm::MemoryBuffer::getFile(Files[I]);
    llvm::Expected<ir::Unit> U = ir::parseText(Buffer ? (*Buffer)->getBuffer() : "");
    if (U) {
      Units.push_back(std::move(*U));
    } else {
      llvm::errs() << Files[I] << ": " << llvm::toString(U.takeError()) << "\n";
    }
  }
  std::vector<const ir::Unit *> Ptrs;
  for (const ir::Unit &U : Units)
    Ptrs.push_back(&U);
  std::clock_t Last = std::clock();
  auto Took = [&](llvm::StringRef What) {
    std::clock_t Now = std::clock();
    llvm::errs() << What << " " << (Now - Last) * 1000 / CLOCKS_PER_SEC << " ms of CPU\n";
    Last = Now;
  };
  link::Program P(Ptrs, api::Model::builtin());
  Took("link");
  flow::Results R(P);
  Took("engine");
  link::Modules M(P);
  flow::LockSets L(R, M);
  Took("locks");
  test::dumpLocks(L, P, llvm::outs());
  Took("dump");
}
