// See Earlier.h.
#include "extract/Earlier.h"
#include "ir/Graft.h"
#include "clang/Lex/PreprocessorOptions.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSwitch.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/raw_ostream.h"
#include "llvm/Support/xxhash.h"

namespace gilray::extract {

using namespace clang;
using llvm::StringRef;

/// A number for all that goes into a unit besides its main file; nothing if that cannot be said.
static std::optional<uint64_t> surroundings(SourceManager &SM, Preprocessor &PP, const Options &Opts) {
  std::string Seen;
  llvm::raw_string_ostream OS(Seen);
  OS << Opts.ProjectRoot << '\n' << Opts.MaxBlocks << '\n';
  OS << PP.getPredefines(); // macros of the command line and of the language
  // Of a precompiled preamble nothing is known but its file, which is never written a second time.
  if (const std::string &Preamble = PP.getPreprocessorOpts().ImplicitPCHInclude; !Preamble.empty()) {
    llvm::sys::fs::file_status S;
    if (llvm::sys::fs::status(Preamble, S))
      return std::nullopt; // kept in memory, under one name for all
    OS << Preamble << '\n'
       << S.getUniqueID().getFile() << ' ' << S.getLastModificationTime().time_since_epoch().count();
  }
  for (unsigned I = 0; I < SM.local_sloc_entry_size(); ++I) {
    const SrcMgr::SLocEntry &Entry = SM.getLocalSLocEntry(I);
    if (!Entry.isFile() || !Entry.getFile().getContentCache().OrigEntry)
      continue;
    FileID File = SM.getFileID(SourceLocation::getFromRawEncoding(Entry.getOffset()));
    if (File == SM.getMainFileID())
      continue;
    OS << '\n' << Entry.getFile().getName() << ' ' << llvm::xxh3_64bits(SM.getBufferData(File));
  }
  return llvm::xxh3_64bits(Seen);
}

std::shared_ptr<const Earlier> Earlier::of(std::shared_ptr<const ir::Unit> U, ASTContext &Ctx, Preprocessor &PP,
                                           const Options &Opts) {
  // The body of `omp parallel` is a function of its own.
  if (Ctx.getLangOpts().CPlusPlus || Ctx.getLangOpts().OpenMP)
    return nullptr;
  if (llvm::any_of(U->Issues, [](const ir::ParseIssue &I) { return I.Fatal; }))
    return nullptr;
  SourceManager &SM = Ctx.getSourceManager();
  auto Around = surroundings(SM, PP, Opts);
  if (!Around)
    return nullptr;
  auto Out = std::make_shared<Earlier>();
  for (const ir::Callee &C : U->Callees)
    Out->CalleeIds.push_back(C.Id);
  for (const ir::Function &F : U->Functions) {
    // The id of an inline function holds the place of its body.
    if (F.Link == ir::Linkage::Inline && F.Body != ir::BodyState::Skipped)
      return nullptr;
    if (F.Body == ir::BodyState::Skipped)
      Out->Heads.push_back(F);
  }
  Out->Text = SM.getBufferData(SM.getMainFileID()).str();
  Out->Surroundings = *Around;
  Out->Unit = std::move(U);
  return Out;
}

/// May a body with such text change how code behind it reads? Conditions that begin and end inside do not.
static bool reachesOut(StringRef Body) {
  if (Body.contains("_Pragma") || Body.contains("%:") || Body.contains("??"))
    return true;
  for (size_t At = Body.find('#'); At != StringRef::npos; At = Body.find('#', At + 1)) {
    StringRef Word = Body.substr(At + 1).ltrim(" \t").take_while(llvm::isAlpha);
    if (!llvm::StringSwitch<bool>(Word)
             .Cases({"if", "ifdef", "ifndef", "elif", "else", "endif", "error", "warning"}, true)
             .Default(false))
      return true;
  }
  return false;
}

/// Whether a text has line ends that are told in no other way than by '\n'.
static bool hasLoneReturn(StringRef Text) {
  for (size_t At = Text.find('\r'); At != StringRef::npos; At = Text.find('\r', At + 1))
    if (!Text.substr(At + 1).starts_with("\n"))
      return true;
  return false;
}

/// The body of a function that is written in the main file, braces included.
static SourceRange writtenBody(const SourceManager &SM, const FunctionDecl *F) {
  if (!F->doesThisDeclarationHaveABody() || F->hasSkippedBody() || !F->getLocation().isFileID())
    return {};
  SourceRange Body = F->getBody()->getSourceRange();
  bool InMain = Body.getBegin().isFileID() && Body.getEnd().isFileID() &&
                SM.getFileID(Body.getBegin()) == SM.getMainFileID() &&
                SM.getFileID(Body.getEnd()) == SM.getMainFileID();
  return InMain ? Body : SourceRange();
}

std::optional<Unchanged> Unchanged::between(const Earlier &Before, ASTContext &Ctx, Preprocessor &PP, Sources &Files,
                                            const Options &Opts) {
  auto Around = surroundings(Files.SM, PP, Opts);
  if (!Around || *Around != Before.Surroundings)
    return std::nullopt;
  Unchanged Out(Before, Files);
  const ir::Unit &U = *Before.Unit;
  for (const ir::Function &F : U.Functions)
    if (F.Where.File && !F.Where.Chain && U.Files[F.Where.File].Path == U.MainFile)
      Out.ByPlace[{F.Where.Line, F.Where.Col}] = &F;
  return Out.isOneBody(Ctx) ? std::optional(std::move(Out)) : std::nullopt;
}

/// A record without a name goes by its place.
bool Unchanged::hasUnnamedBelow() const {
  const ir::Unit &U = *Before->Unit;
  return llvm::any_of(U.Records, [&](const ir::Record &R) {
    return R.Name.starts_with("(unnamed:") && R.Where.Line > Edit.LastBefore &&
           U.Files[R.Where.File].Path == U.MainFile;
  });
}

bool Unchanged::isOneBody(ASTContext &Ctx) {
  const SourceManager &SM = Files->SM;
  StringRef Then = Before->Text, Now = SM.getBufferData(SM.getMainFileID());
  size_t Shorter = std::min(Then.size(), Now.size()), Begin = 0, Rest = 0;
  while (Begin < Shorter && Then[Begin] == Now[Begin])
    ++Begin;
  while (Rest < Shorter - Begin && Then[Then.size() - Rest - 1] == Now[Now.size() - Rest - 1])
    ++Rest;
  if (Begin + Rest == Then.size() && Then.size() == Now.size())
    return true;
  size_t EndThen = Then.size() - Rest, EndNow = Now.size() - Rest;
  for (const Decl *D : Ctx.getTranslationUnitDecl()->noload_decls()) {
    auto *F = dyn_cast<FunctionDecl>(D);
    SourceRange Body = F ? writtenBody(SM, F) : SourceRange();
    if (Body.isInvalid())
      continue;
    // What stands before the edit is the same, so the opening brace has always been there.
    size_t Open = SM.getFileOffset(Body.getBegin()), Close = SM.getFileOffset(Body.getEnd());
    if (Open >= Begin || Close < EndNow)
      continue;
    size_t CloseThen = Close + EndThen - EndNow;
    for (StringRef Text : {Now.slice(Open, Close), Then.slice(Open, CloseThen)})
      if (reachesOut(Text) || hasLoneReturn(Text))
        return false;
    Edit.First = SM.getLineNumber(SM.getMainFileID(), Begin);
    Edit.LastNow = Edit.First + Now.slice(Begin, EndNow).count('\n');
    Edit.LastBefore = Edit.First + Then.slice(Begin, EndThen).count('\n');
    // The closing brace must have closed the same body: no comment or string may have held it.
    Sources::Place Name = Files->place(F->getLocation()), End = Files->place(Body.getEnd());
    const ir::Function *Old = ByPlace.lookup({Name.Line, Name.Col});
    return !(Edit.moved() && hasUnnamedBelow()) && Old && Old->End.Line == End.Line - Edit.moved() &&
           Old->End.Col == CloseThen - Then.rfind('\n', CloseThen);
  }
  return false;
}

const ir::Function *Unchanged::find(const FunctionDecl *F) const {
  SourceRange Body = writtenBody(Files->SM, F);
  if (Body.isInvalid())
    return nullptr;
  Sources::Place Name = Files->place(F->getLocation());
  Sources::Place End = Files->place(Body.getEnd());
  if (Name.File != Files->SM.getMainFileID() || (Name.Line <= Edit.LastNow && End.Line >= Edit.First))
    return nullptr;
  int64_t Moved = Name.Line > Edit.LastNow ? Edit.moved() : 0;
  auto It = ByPlace.find({Name.Line - Moved, Name.Col});
  if (It == ByPlace.end() || It->second->End.Line != End.Line - Moved || It->second->End.Col != End.Col)
    return nullptr;
  return It->second;
}

void Unchanged::putInto(ir::Unit &U, llvm::ArrayRef<std::pair<size_t, const ir::Function *>> Found) const {
  ir::Graft Graft(*Before->Unit, Before->CalleeIds, Before->Heads, U, {Edit.LastBefore, Edit.moved()});
  for (auto [Index, F] : Found)
    U.Functions[Index] = Graft.function(*F);
  Graft.finish();
}

} // namespace gilray::extract
