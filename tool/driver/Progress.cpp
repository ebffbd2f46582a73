// Terminal progress.
#include "driver/Progress.h"
#include "llvm/ADT/Twine.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Process.h"

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
  // The bar gets a third of what the counts leave, the name the rest: a line that wraps could not be taken back.
  unsigned Columns = std::max(llvm::sys::Process::StandardErrColumns(), 20u);
  std::string Counts = (" " + llvm::Twine(Done) + "/" + llvm::Twine(Total) + " ").str();
  unsigned Left = Columns - 1 - std::min<unsigned>(Columns - 1, Counts.size());
  unsigned Width = std::min(Left / 3, 30u), Full = Total ? Width * Done / Total : Width;
  OS << "\r\x1b[2K" << std::string(Full, '#') << std::string(Width - Full, '.') << Counts
     << llvm::sys::path::filename(File).take_front(Left - Width);
  OS.flush();
}

void Progress::clear() {
  std::lock_guard Guard(Lock);
  if (Shown)
    OS << "\r\x1b[2K";
  Shown = false;
}

} // namespace gilray::driver
