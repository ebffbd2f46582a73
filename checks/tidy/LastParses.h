// The last parses of the files that somebody types in.
#ifndef GILRAY_TIDY_LASTPARSES_H
#define GILRAY_TIDY_LASTPARSES_H

#include "extract/Earlier.h"
#include <deque>
#include <memory>
#include <mutex>
#include <string>

namespace gilray::tidy {

/// For several threads: clangd parses each open file on one of its own.
class LastParses {
public:
  using Parse = std::shared_ptr<const extract::Earlier>;

  static LastParses &get();
  /// Null where there is none.
  Parse of(llvm::StringRef File);
  /// Null: nothing of the file's last parse may be used again.
  void put(llvm::StringRef File, Parse P);

private:
  static constexpr size_t AtMost = 4; ///< each is about as large as the unit itself
  std::mutex Lock;
  std::deque<std::pair<std::string, Parse>> Latest;
};

} // namespace gilray::tidy

#endif
