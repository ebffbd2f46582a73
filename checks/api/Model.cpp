// Lookup in the API model: the built-in tables (generated from the YAML files beside this one) and a project's own
// entries on top. Called for every call event of a program, so a lookup is one hash probe.
#include "api/Model.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSet.h"
#include <array>

namespace gilray::api {
namespace {

#include "api/ModelTables.inc"

constexpr uint32_t NoEntry = ~0u;
constexpr size_t NumNamings = size_t(Naming::LeavesTypeOpen) + 1;

/// A system function is known by its name whichever of the system's headers declares it: `abort` comes from <stdlib.h>,
/// from <cstdlib>, or is implicit.
bool isSystem(HeaderClass H) {
  return H == HeaderClass::Libc || H == HeaderClass::Std || H == HeaderClass::System || H == HeaderClass::Builtin;
}

bool sameHome(HeaderClass Entry, HeaderClass Asked) { return Entry == Asked || (isSystem(Entry) && isSystem(Asked)); }

} // namespace

struct Model::Impl {
  std::vector<Entry> Functions;
  std::vector<TypeEntry> Types;
  std::vector<RootEntry> Roots;
  std::vector<NameEntry> Names;
  std::vector<AliasEntry> Aliases;
  std::vector<BlockingEntry> Blocking; ///< a project's own first
  /// Name -> its first entry; Next leads to the entries of the same name in other homes.
  llvm::StringMap<uint32_t> FunctionByName, TypeByName, RootByName, BlockingByName;
  std::vector<uint32_t> Next;
  std::array<llvm::StringSet<>, NumNamings> WholeNames;
  std::array<std::vector<StringRef>, NumNamings> NamePrefixes;
  llvm::StringMap<StringRef> NameOfTag;
  std::vector<uint32_t> Prefixes; ///< entries named "Py*": longest first, a project's own before built-in ones
  size_t UserFunctions = 0;       ///< the first entries are the project's own and match any home
  std::shared_ptr<void> Storage;

  void index();
  bool counts(uint32_t I, HeaderClass Home) const { return I < UserFunctions || sameHome(Functions[I].Home, Home); }
  const Entry *find(StringRef Name, HeaderClass Home) const;
  const Entry *findPrefix(StringRef Name, HeaderClass Home) const;
};

static std::string rootKey(StringRef Record, StringRef Field) { return (Record + "." + Field).str(); }

void Model::Impl::index() {
  Next.assign(Functions.size(), NoEntry);
  // Backwards, so that a chain starts with the entry that comes first: the project's own.
  for (size_t I = Functions.size(); I-- > 0;) {
    auto [It, New] = FunctionByName.try_emplace(Functions[I].Name, uint32_t(I));
    if (!New) {
      Next[I] = It->second;
      It->second = uint32_t(I);
    }
  }
  for (size_t I = 0; I < Functions.size(); ++I)
    if (Functions[I].Name.ends_with("*"))
      Prefixes.push_back(uint32_t(I));
  llvm::sort(Prefixes, [&](uint32_t A, uint32_t B) {
    return std::tuple(A >= UserFunctions, Functions[B].Name.size(), A) <
           std::tuple(B >= UserFunctions, Functions[A].Name.size(), B);
  });
  for (size_t I = 0; I < Types.size(); ++I)
    TypeByName.try_emplace(Types[I].Record, uint32_t(I));
  for (size_t I = 0; I < Roots.size(); ++I)
    RootByName.try_emplace(rootKey(Roots[I].Record, Roots[I].Field), uint32_t(I));
  for (size_t I = 0; I < Blocking.size(); ++I)
    BlockingByName.try_emplace(Blocking[I].Name, uint32_t(I));
  for (const NameEntry &E : Names)
    if (E.Name.ends_with("*"))
      NamePrefixes[size_t(E.Says)].push_back(E.Name.drop_back());
    else
      WholeNames[size_t(E.Says)].insert(E.Name);
  for (const AliasEntry &E : Aliases)
    NameOfTag.try_emplace(E.Tag, E.Name);
}

const Entry *Model::Impl::find(StringRef Name, HeaderClass Home) const {
  auto It = FunctionByName.find(Name);
  if (It == FunctionByName.end())
    return nullptr;
  for (uint32_t I = It->second; I != NoEntry; I = Next[I])
    if (counts(I, Home))
      return &Functions[I];
  return nullptr;
}

const Entry *Model::Impl::findPrefix(StringRef Name, HeaderClass Home) const {
  for (uint32_t I : Prefixes)
    if (counts(I, Home) && Name.starts_with(Functions[I].Name.drop_back()))
      return &Functions[I];
  return nullptr;
}

Model::Model() : P(std::make_unique<Impl>()) {
  P->Functions.assign(std::begin(FunctionTable), std::end(FunctionTable));
  P->Types.assign(std::begin(TypeTable), std::end(TypeTable));
  P->Roots.assign(std::begin(RootTable), std::end(RootTable));
  P->Names.assign(std::begin(NameTable), std::end(NameTable));
  P->Aliases.assign(std::begin(AliasTable), std::end(AliasTable));
  P->Blocking.assign(std::begin(BlockingTable), std::end(BlockingTable));
  P->index();
}

Model::Model(const Model &Base, std::vector<Entry> Extra, std::vector<TypeEntry> ExtraTypes,
             std::shared_ptr<void> Storage, std::vector<RootEntry> ExtraRoots, std::vector<NameEntry> ExtraNames,
             std::vector<AliasEntry> ExtraAliases, std::vector<BlockingEntry> ExtraBlocking)
    : P(std::make_unique<Impl>()) {
  P->UserFunctions = Extra.size() + Base.P->UserFunctions;
  P->Functions = std::move(Extra);
  llvm::append_range(P->Functions, Base.P->Functions);
  P->Types = std::move(ExtraTypes);
  llvm::append_range(P->Types, Base.P->Types);
  P->Roots = std::move(ExtraRoots);
  llvm::append_range(P->Roots, Base.P->Roots);
  P->Names = std::move(ExtraNames);
  llvm::append_range(P->Names, Base.P->Names);
  P->Aliases = std::move(ExtraAliases);
  llvm::append_range(P->Aliases, Base.P->Aliases);
  P->Blocking = std::move(ExtraBlocking);
  llvm::append_range(P->Blocking, Base.P->Blocking);
  // A model on top of a model keeps both storages.
  P->Storage =
      std::make_shared<std::pair<std::shared_ptr<void>, std::shared_ptr<void>>>(std::move(Storage), Base.P->Storage);
  P->index();
}

Model::~Model() = default;

const Model &Model::builtin() {
  static const Model M;
  return M;
}

const Entry *Model::function(StringRef Name, HeaderClass Home) const {
  if (const Entry *E = P->find(Name, Home))
    return E;
  // Python 2 headers rename every unicode function by the width of its characters.
  StringRef Rest = Name;
  if (Home == HeaderClass::Python && (Rest.consume_front("PyUnicodeUCS2_") || Rest.consume_front("PyUnicodeUCS4_")))
    if (const Entry *E = P->find(("PyUnicode_" + Rest).str(), Home))
      return E;
  return P->findPrefix(Name, Home);
}

const TypeEntry *Model::type(StringRef Record) const {
  auto It = P->TypeByName.find(Record);
  return It == P->TypeByName.end() ? nullptr : &P->Types[It->second];
}

const RootEntry *Model::root(StringRef Record, StringRef Field) const {
  // Where an unnamed record stands in its header differs between versions of a library: "(unnamed:sigevent_t.h:36:2)".
  if (Record.starts_with("(unnamed:"))
    Record = Record.rsplit(':').first.rsplit(':').first;
  auto Tag = P->NameOfTag.find(Record);
  auto It = P->RootByName.find(rootKey(Tag == P->NameOfTag.end() ? Record : Tag->second, Field));
  if (It == P->RootByName.end())
    It = P->RootByName.find(rootKey("*", Field));
  return It == P->RootByName.end() ? nullptr : &P->Roots[It->second];
}

const RootEntry *Model::variable(StringRef Name) const {
  auto It = P->RootByName.find(rootKey("global-variables", Name));
  return It == P->RootByName.end() ? nullptr : &P->Roots[It->second];
}

static bool fits(StringRef Name, StringRef Pattern) {
  return Pattern.consume_back("*") ? Name.starts_with(Pattern) : Name == Pattern;
}

const RootEntry *Model::exported(StringRef Name, Version Python) const {
  const RootEntry *Best = nullptr;
  for (const RootEntry &R : P->Roots)
    if (R.Record == "exported-functions" && fits(Name, R.Field) && (!R.Until || (Python && Python < R.Until)) &&
        (!Best || R.Field.size() > Best->Field.size()))
      Best = &R;
  return Best;
}

bool Model::says(Naming N, StringRef Name) const {
  return P->WholeNames[size_t(N)].contains(Name) ||
         llvm::any_of(P->NamePrefixes[size_t(N)], [&](StringRef Prefix) { return Name.starts_with(Prefix); });
}

bool Model::aWordSays(Naming N, StringRef Name) const {
  std::string Word;
  for (char C : Name) {
    bool Ends = !llvm::isAlpha(C) || (llvm::isUpper(C) && Word.size() > 1);
    if (Ends && says(N, Word))
      return true;
    if (Ends)
      Word.clear();
    if (llvm::isAlpha(C))
      Word += llvm::toLower(C);
  }
  return says(N, Word);
}

const BlockingEntry *Model::blocking(StringRef Name, HeaderClass Home) const {
  auto It = P->BlockingByName.find(Name);
  if (It == P->BlockingByName.end())
    return nullptr;
  const BlockingEntry &E = P->Blocking[It->second];
  bool Counts = E.Home == HeaderClass::Project ? Home != HeaderClass::Python : sameHome(E.Home, Home);
  return Counts && E.Blocks != Degree::Never ? &E : nullptr;
}

llvm::ArrayRef<BlockingEntry> Model::blocking() const { return P->Blocking; }
llvm::ArrayRef<Entry> Model::functions() const { return P->Functions; }
llvm::ArrayRef<TypeEntry> Model::types() const { return P->Types; }
llvm::ArrayRef<RootEntry> Model::roots() const { return P->Roots; }

bool isExpandedMacro(StringRef Name) {
  struct Macros {
    llvm::StringSet<> Names;
    std::vector<StringRef> Prefixes;
  };
  static const Macros Expanded = [] {
    Macros M;
    for (const Entry &E : FunctionTable)
      if (E.Expand && E.Name.ends_with("*"))
        M.Prefixes.push_back(E.Name.drop_back());
      else if (E.Expand)
        M.Names.insert(E.Name);
    return M;
  }();
  return Expanded.Names.contains(Name) ||
         llvm::any_of(Expanded.Prefixes, [&](StringRef P) { return Name.starts_with(P); });
}

} // namespace gilray::api
