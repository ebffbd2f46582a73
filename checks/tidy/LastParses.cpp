// See LastParses.h.
#include "tidy/LastParses.h"
#include "llvm/ADT/STLExtras.h"

namespace gilray::tidy {

using llvm::StringRef;

LastParses &LastParses::get() {
  static auto *Only = new LastParses; // the host's threads may still ask while the process ends
  return *Only;
}

LastParses::Parse LastParses::of(StringRef File) {
  std::lock_guard<std::mutex> Hold(Lock);
  auto It = llvm::find_if(Latest, [&](const auto &Entry) { return Entry.first == File; });
  return It == Latest.end() ? nullptr : It->second;
}

void LastParses::put(StringRef File, Parse P) {
  std::lock_guard<std::mutex> Hold(Lock);
  llvm::erase_if(Latest, [&](const auto &Entry) { return Entry.first == File; });
  if (P)
    Latest.emplace_back(File.str(), std::move(P));
  if (Latest.size() > AtMost)
    Latest.pop_front();
}

} // namespace gilray::tidy
