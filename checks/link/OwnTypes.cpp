// See OwnTypes.h.
#include "link/OwnTypes.h"
#include "ir/Binary.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/Path.h"

namespace gilray::link {

using llvm::StringRef;

StringRef writtenName(StringRef Record) { return Record.ends_with(")") ? Record.split(" (").first : Record; }

/// One type in two files if they were given the same fields: copies of a declaration are meant to be one.
static bool sameFields(const ir::Unit &U, const ir::Record &A, const ir::Unit &V, const ir::Record &B) {
  return llvm::equal(A.Fields, B.Fields, [&](const ir::Field &X, const ir::Field &Y) {
    return X.Name == Y.Name && U.Types[X.Type].Spelling == V.Types[Y.Type].Spelling;
  });
}

using Renaming = llvm::StringMap<std::string>;

static std::unique_ptr<const ir::Unit> renamed(const ir::Unit &From, const Renaming &Names) {
  std::string Bytes;
  llvm::raw_string_ostream OS(Bytes);
  ir::writeBinary(From, OS);
  auto U = std::make_unique<ir::Unit>(llvm::cantFail(ir::readBinary(Bytes)));
  auto Rename = [&](StringRef &Name) {
    if (Name.empty())
      return;
    if (auto It = Names.find(Name); It != Names.end())
      Name = U->intern(It->second);
  };
  for (ir::Type &T : U->Types)
    Rename(T.Record);
  for (ir::Record &R : U->Records)
    Rename(R.Name);
  for (ir::Callee &C : U->Callees)
    Rename(C.Record);
  for (ir::Global &G : U->Globals)
    Rename(G.Owner);
  for (ir::Function &F : U->Functions) {
    Rename(F.Record);
    for (ir::Value &V : F.Values)
      Rename(V.Rec);
  }
  return U;
}

OwnTypes::OwnTypes(llvm::ArrayRef<const ir::Unit *> Units) : All(Units.vec()) {
  struct Owner {
    const ir::Unit *Unit;
    const ir::Record *Record;
  };
  llvm::StringMap<Owner> First;
  llvm::StringSet<> Taken;
  for (const ir::Unit *&U : All) {
    Renaming Names;
    for (const ir::Record &R : U->Records) {
      if (!R.Where.File || U->Files[R.Where.File].Path != U->MainFile)
        continue;
      auto [It, New] = First.try_emplace(R.Name, Owner{U, &R});
      const Owner &Known = It->second;
      if (New || Known.Unit->MainFile == U->MainFile || sameFields(*U, R, *Known.Unit, *Known.Record))
        continue;
      StringRef Rest = U->MainFile;
      std::string Where;
      do { // as much of the path as tells it apart
        Where = llvm::sys::path::filename(Rest).str() + (Where.empty() ? "" : "/") + Where;
        Rest = llvm::sys::path::parent_path(Rest);
      } while (!Taken.insert((R.Name + " (" + Where + ")").str()).second && !Rest.empty());
      Names[R.Name] = (R.Name + " (" + Where + ")").str();
    }
    if (Names.empty())
      continue;
    Copies.push_back(renamed(*U, Names));
    U = Copies.back().get();
  }
}

} // namespace gilray::link
