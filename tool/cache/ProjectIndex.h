// The units of a whole project in one file. `gilray check --index FILE` writes it; a later run on a single file, the
// hook and the editor link against it, so that they know what the functions of the other files do.
//
// The file holds the units themselves, not only their cache keys: it stays whole when the cache is pruned and can be
// passed on, for example from a CI job to the next. Units are decoded when asked for.
//
//     magic, versions, checksum | entries: file, target, flags, key, content, place of the unit | units in binary form
#ifndef GILRAY_CACHE_PROJECTINDEX_H
#define GILRAY_CACHE_PROJECTINDEX_H

#include "cache/Bytes.h"
#include "ir/Unit.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/Support/MemoryBuffer.h"
#include <map>
#include <memory>
#include <optional>
#include <tuple>

namespace gilray::cache {

class ProjectIndex {
public:
  ProjectIndex() = default;

  /// Where the index of the project at Root is kept for editors; empty without a cache directory.
  static std::string defaultPath(llvm::StringRef Root, llvm::StringRef CacheDirectory = {});
  /// A file that is not there gives an empty index. The error says what to do about a foreign or damaged one.
  static llvm::Expected<ProjectIndex> load(llvm::StringRef Path);
  /// Replaces the file in one step; of two runs at the same time the later one wins.
  llvm::Error save(llvm::StringRef Path) const;

  struct Fresh {
    Digest Key; ///< of the unit in the cache
    const ir::Unit *Unit = nullptr;
  };
  /// The units that a run has made: they replace all that was known of their files for Target, also under other flags.
  /// Target: as in --target, empty for none.
  void update(llvm::StringRef Target, llvm::ArrayRef<Fresh> Run);
  /// Forgets files that are not there any more. Gives their number.
  unsigned dropMissing();

  struct Entry {
    llvm::StringRef File, Target;
    uint64_t Flags = 0;   ///< ir::Unit::FlagsHash
    Digest Key;           ///< of the unit in the cache
    bool Changed = false; ///< the file has other content now than when it was parsed
  };
  /// Sorted by file, target, flags.
  std::vector<Entry> entries() const;
  size_t size() const { return Units.size(); }

  /// The units of Target that a run on Files lacks, in the order of entries(). A file that has changed since it was
  /// indexed is left out: nothing is better than something that is no longer true. OnSkipped gets its name.
  std::vector<ir::Unit> unitsBeside(llvm::ArrayRef<std::string> Files, llvm::StringRef Target,
                                    llvm::function_ref<void(llvm::StringRef File)> OnSkipped = nullptr) const;

  /// The unit of one file as it was when it was parsed, the first one if there are several.
  std::optional<ir::Unit> unitOf(llvm::StringRef File, llvm::StringRef Target) const;

private:
  using Place = std::tuple<std::string, std::string, uint64_t>; ///< file, target, flags
  struct Stored {
    Digest Key, Content;
    llvm::StringRef Bytes; ///< in Buffer, or in Own
    std::shared_ptr<const std::string> Own;
  };
  static bool changed(llvm::StringRef File, const Digest &Content);

  std::map<Place, Stored> Units;
  std::shared_ptr<llvm::MemoryBuffer> Buffer;
};

} // namespace gilray::cache

#endif
