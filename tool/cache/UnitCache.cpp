// The content-addressed store of units.
#include "cache/UnitCache.h"
#include "ir/Binary.h"
#include "ir/Validate.h"
#include "llvm/ADT/ScopeExit.h"
#include "llvm/Support/CachePruning.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Process.h"
#include <chrono>

namespace gilray::cache {

using namespace llvm;

static constexpr StringLiteral Magic = "gilrayUC";
static constexpr uint32_t Layout = 1;
/// llvm::pruneCache removes nothing else, so that a wrong directory loses no data.
static constexpr StringLiteral Prefix = "llvmcache-";
/// The use of an entry is written down this often, to be pruned last.
static constexpr auto UseInterval = std::chrono::minutes(10);

static int64_t nanoseconds(sys::TimePoint<> T) { return T.time_since_epoch().count(); }

// ---------------------------------------------------------------- keys
/// Which extractor writes and reads the entries: any rebuild of gilray may extract something else.
static const Digest &producer() {
  static const Digest D = [] {
    std::string Path = sys::fs::getMainExecutable(nullptr, const_cast<StringLiteral *>(&Magic));
    auto Buffer = MemoryBuffer::getFile(Path, /*IsText=*/false, /*RequiresNullTerminator=*/false);
    return Digest::of(Buffer ? (*Buffer)->getBuffer() : StringRef(GILRAY_VERSION));
  }();
  return D;
}

std::optional<Key> Key::of(StringRef File, StringRef Directory, ArrayRef<std::string> Args,
                           const extract::Options &Opts) {
  Key K;
  K.Made = nanoseconds(std::chrono::system_clock::now());
  SmallString<256> Path(File);
  if (!Directory.empty())
    sys::path::make_absolute(Directory, Path);
  auto Buffer = MemoryBuffer::getFile(Path, /*IsText=*/false, /*RequiresNullTerminator=*/false);
  if (!Buffer)
    return std::nullopt;
  PayloadWriter W;
  W.digest(producer());
  W.string(Path);
  W.digest(Digest::of((*Buffer)->getBuffer()));
  W.string(Directory);
  W.string(Opts.ResourceDir);
  W.string(Opts.ProjectRoot);
  W.number(Opts.MaxBlocks);
  W.number(Args.size());
  for (const std::string &A : Args)
    W.string(A);
  for (StringRef Variable : {"CPATH", "C_INCLUDE_PATH", "CPLUS_INCLUDE_PATH"})
    W.string(sys::Process::GetEnv(Variable).value_or(""));
  K.Material = W.bytes();
  K.Name = Digest::of(K.Material);
  return K;
}

// ---------------------------------------------------------------- entries
namespace {
struct Dependency {
  std::string Path;
  bool Absent = false;
  uint64_t Size = 0;
  int64_t Modified = 0;
  Digest Content;
};
} // namespace

struct UnitCache::Entry {
  int64_t Made = 0;
  std::vector<Dependency> Files;
  StringRef Unit;

  /// Paths are sorted and most share their beginning with the one before.
  std::string write(StringRef Material) const {
    PayloadWriter W;
    W.string(Material);
    W.number(Made);
    W.number(Files.size());
    StringRef Before;
    for (const Dependency &D : Files) {
      StringRef Path = D.Path;
      size_t Shared = 0;
      while (Shared < std::min(Path.size(), Before.size()) && Path[Shared] == Before[Shared])
        ++Shared;
      W.number(Shared);
      W.string(Path.substr(Shared));
      W.number(D.Absent);
      if (!D.Absent) {
        W.number(D.Size);
        W.number(D.Modified);
        W.digest(D.Content);
      }
      Before = Path;
    }
    W.string(Unit);
    return W.bytes();
  }

  /// False: damaged. An entry for other material gives an empty unit.
  bool read(StringRef Payload, StringRef Material) {
    PayloadReader R(Payload);
    bool Same = R.string() == Material;
    Made = R.number();
    std::string Before;
    for (uint64_t N = R.count(); N && R.good(); --N) {
      Dependency D;
      uint64_t Shared = R.number();
      D.Path = Before.substr(0, Shared) + R.string().str();
      D.Absent = R.number();
      if (!D.Absent) {
        D.Size = R.number();
        D.Modified = R.number();
        D.Content = R.digest();
      }
      Before = D.Path;
      Files.push_back(std::move(D));
    }
    Unit = R.string();
    if (!Same)
      Unit = StringRef();
    return R.finish();
  }
};

// ---------------------------------------------------------------- the file system
UnitCache::State UnitCache::stateOf(StringRef Path) {
  State S;
  sys::fs::file_status Status;
  if (sys::fs::status(Path, Status) || Status.type() == sys::fs::file_type::file_not_found)
    return S;
  S.Exists = true;
  S.Size = Status.getSize();
  S.Modified = nanoseconds(Status.getLastModificationTime());
  return S;
}

/// Hundreds of files share their headers: asking the system once per run is enough.
UnitCache::State UnitCache::rememberedState(StringRef Path) {
  {
    std::lock_guard<std::mutex> Guard(Lock);
    if (auto It = States.find(Path); It != States.end())
      return It->second;
  }
  State S = stateOf(Path);
  std::lock_guard<std::mutex> Guard(Lock);
  States[Path] = S;
  return S;
}

std::optional<Digest> UnitCache::contentOf(StringRef Path, const State &S) {
  {
    std::lock_guard<std::mutex> Guard(Lock);
    if (auto It = Contents.find(Path); It != Contents.end() && It->second.For == S)
      return It->second.Is;
  }
  auto Buffer = MemoryBuffer::getFile(Path, /*IsText=*/false, /*RequiresNullTerminator=*/false);
  if (!Buffer)
    return std::nullopt;
  Digest D = Digest::of((*Buffer)->getBuffer());
  std::lock_guard<std::mutex> Guard(Lock);
  Contents[Path] = {S, D};
  return D;
}

// ---------------------------------------------------------------- the cache
std::string UnitCache::defaultDirectory() {
  if (auto Given = sys::Process::GetEnv("GILRAY_CACHE_DIR"); Given && !Given->empty())
    return *Given;
  SmallString<128> Path;
  if (!sys::path::cache_directory(Path))
    return {};
  sys::path::append(Path, "gilray");
  return std::string(Path);
}

UnitCache::UnitCache(StringRef Directory, Report OnTrouble, uint64_t LimitBytes)
    : Directory(Directory), OnTrouble(std::move(OnTrouble)), LimitBytes(LimitBytes) {}

UnitCache::~UnitCache() {
  if (!Stored)
    return;
  CachePruningPolicy Policy;
  Policy.Interval = std::chrono::seconds(0);
  Policy.Expiration = std::chrono::hours(24 * 60);
  Policy.MaxSizeBytes = LimitBytes;
  pruneCache(Directory, Policy);
}

std::string UnitCache::pathOf(const Key &K) const {
  SmallString<256> Path(Directory);
  sys::path::append(Path, Prefix + K.Name.hex());
  return std::string(Path);
}

void UnitCache::trouble(const Twine &Message) {
  if (!Told.exchange(true) && OnTrouble)
    OnTrouble(Message.str());
}

/// Size and time stamp decide, except for files that were modified about when the entry was made: their stamp may stay
/// the same when they are written again within one tick of the file system's clock.
bool UnitCache::stillTrue(Entry &E, bool &Refreshed) {
  constexpr int64_t Tick = 2'000'000'000;
  for (Dependency &D : E.Files) {
    State Now = rememberedState(D.Path);
    if (Now.Exists == D.Absent)
      return false;
    if (D.Absent)
      continue;
    if (Now.Size != D.Size)
      return false;
    if (Now.Modified == D.Modified && D.Modified < E.Made - Tick)
      continue;
    if (contentOf(D.Path, Now) != D.Content)
      return false;
    if (Now.Modified != D.Modified) {
      D.Modified = Now.Modified;
      Refreshed = true;
    }
  }
  return true;
}

std::optional<ir::Unit> UnitCache::lookup(const Key &K) {
  std::string Path = pathOf(K);
  auto Buffer = MemoryBuffer::getFile(Path, /*IsText=*/false, /*RequiresNullTerminator=*/false);
  if (!Buffer)
    return std::nullopt;
  auto Rebuild = [&](const Twine &Why) {
    trouble("the cache entry '" + Path + "' is parsed anew: " + Why);
    return std::nullopt;
  };
  auto Payload = unframe(Magic, Layout, (*Buffer)->getBuffer());
  if (!Payload)
    return Rebuild(toString(Payload.takeError()));
  Entry E;
  if (!E.read(*Payload, K.Material))
    return Rebuild("it is damaged");
  bool Refreshed = false;
  if (E.Unit.empty() || !stillTrue(E, Refreshed))
    return std::nullopt;
  auto Unit = ir::readBinary(E.Unit);
  if (!Unit)
    return Rebuild(toString(Unit.takeError()));
  if (Refreshed) {
    // Touched but unchanged, as after a checkout: next time the time stamps suffice.
    E.Made = K.Made;
    write(K, E);
    return std::move(*Unit);
  }
  sys::fs::file_status Status;
  auto Now = std::chrono::system_clock::now();
  if (!sys::fs::status(Path, Status) && Status.getLastAccessedTime() < Now - UseInterval) {
    int FD = -1;
    if (!sys::fs::openFileForReadWrite(Path, FD, sys::fs::CD_OpenExisting, sys::fs::OF_None)) {
      (void)sys::fs::setLastAccessAndModificationTime(FD, Now, Now);
      (void)sys::Process::SafelyCloseFileDescriptor(FD);
    }
  }
  return std::move(*Unit);
}

void UnitCache::store(const Key &K, const extract::Extracted &Extracted) {
  // What the reader would refuse must not be parsed anew for ever without a word.
  if (auto Defect = ir::findDefect(Extracted.Unit))
    return trouble("the unit of '" + Extracted.Unit.MainFile + "' cannot be cached: " + *Defect);
  Entry E;
  E.Made = K.Made;
  for (const extract::Dependency &From : Extracted.Dependencies) {
    Dependency D;
    D.Path = From.Path;
    D.Absent = From.Absent;
    State Now = stateOf(D.Path);
    if (Now.Exists == D.Absent)
      return;
    if (!D.Absent) {
      auto Content = contentOf(D.Path, Now);
      if (!Content || Now.Modified > K.Made)
        return;
      D.Size = Now.Size;
      D.Modified = Now.Modified;
      D.Content = *Content;
    }
    E.Files.push_back(std::move(D));
  }
  std::string Unit;
  raw_string_ostream OS(Unit);
  ir::writeBinary(Extracted.Unit, OS);
  E.Unit = Unit;
  write(K, E);
}

void UnitCache::write(const Key &K, const Entry &E) {
  if (std::error_code EC = sys::fs::create_directories(Directory))
    return trouble("the cache directory '" + Directory + "' cannot be made: " + EC.message() +
                   "; choose another with --cache-dir or GILRAY_CACHE_DIR");
  if (Error Problem = writeAtomically(pathOf(K), frame(Magic, Layout, E.write(K.Material))))
    return trouble("the cache directory '" + Directory + "' cannot be written: " + toString(std::move(Problem)) +
                   "; choose another with --cache-dir or GILRAY_CACHE_DIR");
  // Backup programs leave out directories that say that they are caches (https://bford.info/cachedir/).
  SmallString<256> Tag(Directory);
  sys::path::append(Tag, "CACHEDIR.TAG");
  if (!Stored.exchange(true) && !sys::fs::exists(Tag))
    consumeError(writeAtomically(
        Tag, "Signature: 8a477f597d28d172789f06886806bc55\n# Units parsed by gilray; may be deleted.\n"));
}

UnitCache::Statistics UnitCache::visit(bool Remove) const {
  Statistics S;
  std::error_code EC;
  for (sys::fs::directory_iterator It(Directory, EC), End; It != End && !EC; It.increment(EC)) {
    uint64_t Size = 0;
    if (!sys::path::filename(It->path()).starts_with(Prefix) || sys::fs::file_size(It->path(), Size))
      continue;
    if (Remove && sys::fs::remove(It->path()))
      continue;
    ++S.Entries;
    S.Bytes += Size;
  }
  return S;
}

UnitCache::Statistics UnitCache::statistics() const { return visit(false); }
UnitCache::Statistics UnitCache::clean() { return visit(true); }

} // namespace gilray::cache
