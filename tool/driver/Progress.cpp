// Terminal progress.
#include "driver/Progress.h"
#include "llvm/Support/Path.h"

namespace gilray::driver {

using namespace std::chrono_literals;

void Progress::step(llvm::StringRef File) {
  std::lock_guard Guard(Lock);
  ++Done;
  auto Now = std::chrono::steady_clock::now();
  if (!Enabled || Now - Start < 1s || Now - Last < 100ms)
    return;
  Last = Now;
  Shown = true;
  OS << "\r\x1b[2K[" << Done << '/' << Total << "] " << llvm::sys::path::filename(File).take_front(60);
  OS.flush();
}

void Progress::clear() {
  std::lock_guard Guard(Lock);
  if (Shown)
    OS << "\r\x1b[2K";
  Shown = false;
}

} // namespace gilray::driver
