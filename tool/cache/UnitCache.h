// Units of earlier runs, so that an unchanged file needs no Clang. Used by the driver between finding out how a file is
// parsed and parsing it.
//
// An entry is found by what can be known without parsing: the file's path and content, flags, working directory,
// resource directory, Clang's environment variables, and the gilray that extracts. It holds the unit and every file
// that the parse read or looked for in vain; only if all of these are as they were is the unit valid:
//
//     #include <util.h>     // read: inc2/util.h     looked for in vain: inc1/util.h, which may appear later
//
// Safe for any number of threads and processes: entries are replaced in one step. A damaged or foreign entry is told
// once and replaced by the next parse; no trouble with the cache is ever an error.
#ifndef GILRAY_CACHE_UNITCACHE_H
#define GILRAY_CACHE_UNITCACHE_H

#include "cache/Bytes.h"
#include "extract/Extract.h"
#include "ir/Unit.h"
#include "llvm/ADT/StringMap.h"
#include <atomic>
#include <functional>
#include <mutex>
#include <optional>

namespace gilray::cache {

/// One way to parse one file's present content.
class Key {
public:
  /// Reads the file; nothing if that fails. Make it before the parse: what changes later is not cached.
  static std::optional<Key> of(llvm::StringRef File, llvm::StringRef Directory, llvm::ArrayRef<std::string> Args,
                               const extract::Options &Opts);
  const Digest &digest() const { return Name; }

private:
  friend class UnitCache;
  std::string Material; ///< what Name is the digest of, to tell equal digests apart
  Digest Name;
  int64_t Made = 0; ///< nanoseconds since the epoch
};

class UnitCache {
public:
  using Report = std::function<void(const std::string &)>;
  static constexpr uint64_t DefaultLimit = 512ull << 20;

  /// $GILRAY_CACHE_DIR, else gilray below the user's cache directory ($XDG_CACHE_HOME, ~/.cache). Empty if there is
  /// none.
  static std::string defaultDirectory();

  /// Make one per run: it remembers what it has learnt about headers. OnTrouble is called at most once, from any
  /// thread.
  explicit UnitCache(llvm::StringRef Directory, Report OnTrouble = {}, uint64_t LimitBytes = DefaultLimit);
  /// Prunes the least recently used entries if something was stored.
  ~UnitCache();

  std::optional<ir::Unit> lookup(const Key &K);
  /// Stores nothing when one of the files changed since the key was made.
  void store(const Key &K, const extract::Extracted &E);

  struct Statistics {
    uint64_t Entries = 0, Bytes = 0;
  };
  Statistics statistics() const;
  /// Removes all entries, and nothing else that may be in the directory. Gives what was removed.
  Statistics clean();

private:
  struct State {
    bool Exists = false;
    uint64_t Size = 0;
    int64_t Modified = 0;
    bool operator==(const State &) const = default;
  };
  struct Entry;

  std::string pathOf(const Key &K) const;
  static State stateOf(llvm::StringRef Path);
  State rememberedState(llvm::StringRef Path);
  std::optional<Digest> contentOf(llvm::StringRef Path, const State &S);
  bool stillTrue(Entry &E, bool &Refreshed);
  void write(const Key &K, const Entry &E);
  void trouble(const llvm::Twine &Message);
  Statistics visit(bool Remove) const;

  std::string Directory;
  Report OnTrouble;
  uint64_t LimitBytes;
  std::atomic<bool> Told = false, Stored = false;
  std::mutex Lock;
  llvm::StringMap<State> States;
  struct Content {
    State For;
    Digest Is;
  };
  llvm::StringMap<Content> Contents;
};

} // namespace gilray::cache

#endif
