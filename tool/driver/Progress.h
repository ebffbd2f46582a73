// A line on the terminal that says how far a long run is. Silent where nobody watches, and in the first second.
#ifndef GILRAY_DRIVER_PROGRESS_H
#define GILRAY_DRIVER_PROGRESS_H

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/raw_ostream.h"
#include <chrono>
#include <mutex>
#include <string>

namespace gilray::driver {

class Progress {
public:
  Progress(llvm::raw_ostream &OS, bool Enabled, size_t Total)
      : OS(OS), Enabled(Enabled), Total(Total), Start(std::chrono::steady_clock::now()), Last(Start) {}
  ~Progress() { clear(); }

  /// One more file is done. From any thread.
  void step(llvm::StringRef File);
  void clear();

private:
  llvm::raw_ostream &OS;
  bool Enabled, Shown = false;
  size_t Done = 0, Total;
  std::chrono::steady_clock::time_point Start, Last;
  std::mutex Lock;
};

} // namespace gilray::driver

#endif
