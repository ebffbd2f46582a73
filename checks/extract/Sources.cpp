// Paths and classes of the files of a parse. See Sources.h.
#include "extract/Sources.h"
#include "clang/Basic/FileManager.h"
#include "llvm/Support/Path.h"

namespace gilray::extract {

using ir::HeaderClass;

std::string Sources::absolute(llvm::StringRef Path) const {
  llvm::SmallString<256> Abs(Path);
  SM.getFileManager().makeAbsolutePath(Abs);
  llvm::sys::path::remove_dots(Abs, /*remove_dot_dot=*/true);
  return std::string(Abs);
}

llvm::StringRef Sources::path(clang::FileID F) {
  if (F.isInvalid())
    return {};
  auto [It, New] = PathOf.try_emplace(F);
  if (New)
    if (auto Entry = SM.getFileEntryRefForID(F))
      It->second = Saver.save(absolute(Entry->getName()));
  return It->second;
}

bool Sources::hasError(clang::SourceRange R) const {
  if (Errors.empty() || R.isInvalid())
    return false;
  clang::SourceLocation Begin = SM.getFileLoc(R.getBegin()), End = SM.getFileLoc(R.getEnd());
  for (clang::SourceLocation E : Errors)
    if (SM.isPointWithin(SM.getFileLoc(E), Begin, End))
      return true;
  return false;
}

HeaderClass Sources::fileClass(clang::FileID F) {
  if (F.isInvalid()) // declared by the compiler itself
    return HeaderClass::Builtin;
  if (F == SM.getMainFileID())
    return HeaderClass::Project;
  if (auto It = ClassOf.find(F); It != ClassOf.end())
    return It->second;
  llvm::StringRef Path = path(F);
  // "<built-in>", "<command line>" and scratch space have no path; nothing in them is the user's.
  HeaderClass Class = HeaderClass::Builtin;
  if (!Path.empty()) {
    bool InSystemDir = clang::SrcMgr::isSystem(SM.getFileCharacteristic(SM.getLocForStartOfFile(F)));
    Class = Classes.classify(Path, InSystemDir);
  }
  ClassOf[F] = Class;
  return Class;
}

void Sources::openLines(clang::SourceLocation InFile) {
  Lines = {};
  Lines.File = SM.getFileID(InFile);
  bool Invalid = false;
  SM.getLineNumber(Lines.File, 0, &Invalid); // fills the cache that is read here
  const clang::SrcMgr::SLocEntry &Entry = SM.getSLocEntry(Lines.File);
  if (Invalid || !Entry.isFile() || !Entry.getFile().getContentCache().SourceLineCache)
    return;
  auto Buffer = SM.getBufferOrNone(Lines.File);
  if (!Buffer)
    return;
  Lines.Start = Entry.getOffset();
  Lines.Size = Buffer->getBufferSize() + 1; // the end of the file is a place too
  Lines.Text = Buffer->getBufferStart();
  Lines.Starts = Entry.getFile().getContentCache().SourceLineCache.getLines();
}

Sources::Place Sources::place(clang::SourceLocation InFile) {
  // Below Start the difference wraps around and is larger than any size.
  if (InFile.getRawEncoding() - Lines.Start >= Lines.Size)
    openLines(InFile);
  Place Out;
  Out.File = Lines.File;
  unsigned Offset = InFile.getRawEncoding() - Lines.Start;
  if (Offset >= Lines.Size)
    return Out;
  llvm::ArrayRef<unsigned> Starts = Lines.Starts;
  size_t &I = Lines.Last;
  for (unsigned Step = 0; Step < 4 && I + 1 < Starts.size() && Offset >= Starts[I + 1]; ++Step)
    ++I; // most questions go from top to bottom
  if (Offset < Starts[I] || (I + 1 < Starts.size() && Offset >= Starts[I + 1]))
    I = llvm::upper_bound(Starts, Offset) - Starts.begin() - 1;
  Out.Line = I + 1;
  Out.Col = Offset - Starts[I] + 1;
  Out.Text = Lines.Text + Offset;
  return Out;
}

} // namespace gilray::extract
