// The project index: a table of contents and units in binary form.
#include "cache/ProjectIndex.h"
#include "cache/UnitCache.h"
#include "ir/Binary.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"

namespace gilray::cache {

using namespace llvm;

static constexpr StringLiteral Magic = "gilrayIX";
static constexpr uint32_t Layout = 1;

static std::optional<Digest> contentOf(StringRef File) {
  auto Buffer = MemoryBuffer::getFile(File, /*IsText=*/false, /*RequiresNullTerminator=*/false);
  if (!Buffer)
    return std::nullopt;
  return Digest::of((*Buffer)->getBuffer());
}

std::string ProjectIndex::defaultPath(StringRef Root, StringRef CacheDirectory) {
  SmallString<256> Path(CacheDirectory.empty() ? UnitCache::defaultDirectory() : CacheDirectory.str());
  if (!Path.empty())
    sys::path::append(Path, "projects", Digest::of(Root).hex());
  return std::string(Path);
}

Expected<ProjectIndex> ProjectIndex::load(StringRef Path) {
  ProjectIndex Index;
  // Read, not mapped: another program may cut the file while this one uses it.
  auto Buffer = MemoryBuffer::getFile(Path, /*IsText=*/false, /*RequiresNullTerminator=*/false, /*IsVolatile=*/true);
  if (!Buffer) {
    if (Buffer.getError() == std::errc::no_such_file_or_directory)
      return Index;
    return createStringError(Buffer.getError(),
                             "the project index '" + Path + "' cannot be read: " + Buffer.getError().message());
  }
  Index.Buffer = std::move(*Buffer);
  auto Refuse = [&](const Twine &Why) {
    return createStringError("'" + Path + "' is no project index that can be used: " + Why +
                             "; delete it and write it again with 'gilray check --index'");
  };
  auto Payload = unframe(Magic, Layout, Index.Buffer->getBuffer());
  if (!Payload)
    return Refuse(toString(Payload.takeError()));
  PayloadReader R(*Payload);
  for (uint64_t N = R.count(); N && R.good(); --N) {
    std::string File = R.string().str(), Target = R.string().str();
    uint64_t Flags = R.number();
    Stored S;
    S.Key = R.digest();
    S.Content = R.digest();
    S.Bytes = R.string();
    Index.Units.insert_or_assign({std::move(File), std::move(Target), Flags}, std::move(S));
  }
  if (!R.finish())
    return Refuse("it is damaged");
  return std::move(Index);
}

Error ProjectIndex::save(StringRef Path) const {
  PayloadWriter W;
  W.number(Units.size());
  for (const auto &[Where, S] : Units) {
    W.string(std::get<0>(Where));
    W.string(std::get<1>(Where));
    W.number(std::get<2>(Where));
    W.digest(S.Key);
    W.digest(S.Content);
    W.string(S.Bytes);
  }
  if (Error E = writeAtomically(Path, frame(Magic, Layout, W.bytes())))
    return createStringError("the project index '" + Path + "' cannot be written: " + toString(std::move(E)));
  return Error::success();
}

void ProjectIndex::update(StringRef Target, ArrayRef<Fresh> Run) {
  StringSet<> Files;
  for (const Fresh &F : Run)
    Files.insert(F.Unit->MainFile);
  std::erase_if(Units, [&](const auto &Unit) {
    return std::get<1>(Unit.first) == Target && Files.contains(std::get<0>(Unit.first));
  });
  for (const Fresh &F : Run) {
    std::string Bytes;
    raw_string_ostream OS(Bytes);
    ir::writeBinary(*F.Unit, OS);
    Stored S;
    S.Key = F.Key;
    S.Content = contentOf(F.Unit->MainFile).value_or(Digest());
    S.Own = std::make_shared<const std::string>(std::move(Bytes));
    S.Bytes = *S.Own;
    Units.insert_or_assign({F.Unit->MainFile.str(), Target.str(), F.Unit->FlagsHash}, std::move(S));
  }
}

unsigned ProjectIndex::dropMissing() {
  return std::erase_if(Units, [](const auto &Unit) { return !sys::fs::exists(std::get<0>(Unit.first)); });
}

bool ProjectIndex::changed(StringRef File, const Digest &Content) { return contentOf(File) != Content; }

std::vector<ProjectIndex::Entry> ProjectIndex::entries() const {
  std::vector<Entry> Result;
  for (const auto &[Where, S] : Units) {
    const auto &[File, Target, Flags] = Where;
    Result.push_back({File, Target, Flags, S.Key, changed(File, S.Content)});
  }
  return Result;
}

std::vector<ir::Unit> ProjectIndex::unitsBeside(ArrayRef<std::string> Files, StringRef Target,
                                                function_ref<void(StringRef File)> OnSkipped) const {
  std::vector<ir::Unit> Result;
  for (const auto &[Where, S] : Units) {
    const std::string &File = std::get<0>(Where);
    if (std::get<1>(Where) != Target || is_contained(Files, File))
      continue;
    auto Unit = changed(File, S.Content) ? createStringError("changed") : ir::readBinary(S.Bytes);
    if (Unit) {
      Result.push_back(std::move(*Unit));
      continue;
    }
    consumeError(Unit.takeError());
    if (OnSkipped)
      OnSkipped(File);
  }
  return Result;
}

std::optional<ir::Unit> ProjectIndex::unitOf(StringRef File, StringRef Target) const {
  auto It = Units.lower_bound({File.str(), Target.str(), 0});
  if (It == Units.end() || std::get<0>(It->first) != File || std::get<1>(It->first) != Target)
    return std::nullopt;
  auto Unit = ir::readBinary(It->second.Bytes);
  if (Unit)
    return std::move(*Unit);
  consumeError(Unit.takeError());
  return std::nullopt;
}

} // namespace gilray::cache
