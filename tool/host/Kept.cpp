// See Kept.h. One entry for each file, replaced as a whole; readers hold on to what they were given.
#include "host/Kept.h"
#include "host/HeaderFunctions.h"
#include "llvm/Support/Chrono.h"
#include "llvm/Support/FileSystem.h"

namespace gilray::tidy {

using namespace llvm;

namespace {

struct Stamp {
  uint64_t Size = 0;
  sys::TimePoint<> Modified;
  uint64_t Inode = 0; ///< an index is replaced, not written over
  bool operator==(const Stamp &) const = default;

  static Stamp of(const std::string &Path) {
    sys::fs::file_status S;
    if (sys::fs::status(Path, S))
      return {};
    return {S.getSize(), S.getLastModificationTime(), S.getUniqueID().getFile()};
  }
};

template <typename T> class Shelf {
public:
  using Shared = std::shared_ptr<const T>;

  Expected<Shared> get(const std::string &Name, const std::string &Path, function_ref<Expected<Shared>()> Read) {
    Stamp Now = Stamp::of(Path);
    {
      std::lock_guard<std::mutex> Hold(Lock);
      if (auto It = Known.find(Name); It != Known.end() && It->second.first == Now)
        return It->second.second;
    }
    auto Fresh = Read();
    if (!Fresh)
      return Fresh.takeError();
    std::lock_guard<std::mutex> Hold(Lock);
    Known[Name] = {Now, *Fresh};
    return *Fresh;
  }

private:
  std::mutex Lock;
  std::map<std::string, std::pair<Stamp, Shared>> Known;
};

} // namespace

IndexedProject::IndexedProject(cache::ProjectIndex Read, StringRef Target)
    : Index(std::move(Read)), Target(Target.str()), Units(Index.unitsBeside({}, Target)) {}

const ir::Unit *IndexedProject::headersOf(StringRef File) const {
  std::lock_guard<std::mutex> Hold(Lock);
  auto [It, New] = HeaderParts.try_emplace(File.str());
  if (New)
    if (auto Unit = Index.unitOf(File, Target)) {
      keepHeadersOnly(*Unit);
      It->second = std::make_unique<ir::Unit>(std::move(*Unit));
    }
  return It->second.get();
}

Expected<std::shared_ptr<const config::Config>> Kept::config(const std::string &Path) {
  if (Path.empty())
    return std::make_shared<const config::Config>();
  static Shelf<config::Config> Configs;
  return Configs.get(Path, Path, [&]() -> Expected<std::shared_ptr<const config::Config>> {
    auto Read = config::load(Path);
    if (!Read)
      return Read.takeError();
    return std::make_shared<const config::Config>(std::move(*Read));
  });
}

Expected<std::shared_ptr<const IndexedProject>> Kept::index(const std::string &Path, StringRef Target) {
  static Shelf<IndexedProject> Indices;
  return Indices.get(Path + "\n" + Target.str(), Path, [&]() -> Expected<std::shared_ptr<const IndexedProject>> {
    auto Read = cache::ProjectIndex::load(Path);
    if (!Read)
      return Read.takeError();
    return std::make_shared<const IndexedProject>(std::move(*Read), Target);
  });
}

} // namespace gilray::tidy
