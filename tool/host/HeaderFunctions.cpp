// See HeaderFunctions.h. The id of an inline function ends in a hash of its body, and a skipped body has one too:
//
//     c:@F@helper#5bd1e995 in the index,  c:@F@helper#0f3a77c2 behind the preamble
#include "host/HeaderFunctions.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/Support/Chrono.h"
#include "llvm/Support/FileSystem.h"

namespace gilray::tidy {

using namespace llvm;

static bool inMainFile(const ir::Unit &U, const ir::Loc &L) { return !L.File || U.Files[L.File].Path == U.MainFile; }

void keepHeadersOnly(ir::Unit &U) {
  llvm::erase_if(U.Functions, [&](const ir::Function &F) { return inMainFile(U, F.Where); });
  llvm::erase_if(U.Globals, [&](const ir::Global &G) { return inMainFile(U, G.Where); });
  U.TopLevelMacros.clear();
  U.PPGroups.clear();
  U.Suppressions.clear();
  U.Issues.clear();
  U.LineMap.clear();
}

static bool isSkipped(const ir::Function &F) {
  return F.Body == ir::BodyState::Skipped && F.Link == ir::Linkage::Inline;
}

bool hasSkippedBodies(const ir::Unit &U) { return any_of(U.Functions, isSkipped); }

static StringRef withoutHash(StringRef Id) { return Id.rsplit('#').first; }

namespace {

/// Whether files have changed since the index was made, each asked once.
class Freshness {
public:
  explicit Freshness(int64_t Indexed) : Indexed(Indexed) {}
  bool changed(StringRef Path) {
    auto [It, New] = Known.try_emplace(Path);
    if (New) {
      sys::fs::file_status S;
      It->second = sys::fs::status(Path, S) || S.getLastModificationTime().time_since_epoch().count() > Indexed;
    }
    return It->second;
  }

private:
  int64_t Indexed;
  StringMap<bool> Known;
};

} // namespace

void resolveSkippedBodies(ir::Unit &U, ArrayRef<const ir::Unit *> Known, int64_t Indexed) {
  struct Candidate {
    StringRef Id;
    const ir::Unit *From = nullptr;
    bool Doubtful = false;
  };
  StringMap<Candidate> Wanted;
  for (const ir::Function &F : U.Functions)
    if (isSkipped(F))
      Wanted[withoutHash(F.Id)];
  Freshness Files(Indexed);
  for (const ir::Unit *K : Known)
    for (const ir::Function &F : K->Functions) {
      if (F.Link != ir::Linkage::Inline || F.Body != ir::BodyState::Complete)
        continue;
      auto It = Wanted.find(withoutHash(F.Id));
      if (It == Wanted.end())
        continue;
      Candidate &C = It->second;
      if (!C.From && !Files.changed(K->Files[F.Where.File].Path))
        C = {F.Id, K};
      // Under other macros the function has another body; the one of this very file is the right one.
      else if (C.From && C.Id != F.Id && C.From->MainFile != U.MainFile)
        C.Doubtful = true;
    }
  DenseMap<StringRef, StringRef> NewId;
  llvm::erase_if(U.Functions, [&](const ir::Function &F) {
    if (!isSkipped(F))
      return false;
    const Candidate &C = Wanted[withoutHash(F.Id)];
    if (!C.From || C.Doubtful)
      return false;
    NewId[F.Id] = U.intern(C.Id);
    return true;
  });
  auto Rename = [&](StringRef &Id) {
    if (auto It = NewId.find(Id); !Id.empty() && It != NewId.end())
      Id = It->second;
  };
  for (ir::Callee &C : U.Callees)
    Rename(C.Id);
  for (ir::Record &R : U.Records)
    Rename(R.Destructor);
  for (ir::Function &F : U.Functions)
    for (StringRef &O : F.Overrides)
      Rename(O);
}

} // namespace gilray::tidy
