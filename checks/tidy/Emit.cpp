// See Emit.h.
#include "tidy/Emit.h"
#include "clang/Basic/FileManager.h"

namespace gilray::tidy {

using namespace clang;
using llvm::StringRef;

FileID Emitter::file(StringRef Path) {
  auto [It, New] = Files.try_emplace(Path);
  if (!New)
    return It->second;
  auto Entry = SM.getFileManager().getOptionalFileRef(Path);
  if (!Entry)
    return {};
  auto Main = SM.getFileEntryRefForID(SM.getMainFileID());
  if (Main && *Entry == *Main)
    return It->second = SM.getMainFileID();
  // Files of a precompiled preamble would all be read for the search. Only the path and the lines matter here.
  if (!SM.loaded_sloc_entry_size())
    It->second = SM.translateFile(*Entry);
  if (It->second.isInvalid())
    It->second = SM.createFileID(*Entry, SourceLocation(), SrcMgr::C_User);
  return It->second;
}

SourceLocation Emitter::at(StringRef Path, unsigned Line, unsigned Col) {
  if (Path.empty() || !Line)
    return {};
  FileID F = file(Path);
  return F.isValid() ? SM.translateLineCol(F, Line, std::max(Col, 1u)) : SourceLocation();
}

CharSourceRange Emitter::range(const Place &P) {
  SourceLocation Begin = at(P.File, P.Line, P.Col), End = at(P.File, P.EndLine, P.EndCol);
  if (Begin.isInvalid() || End.isInvalid() || End < Begin)
    return {};
  return CharSourceRange::getCharRange(Begin, End);
}

void Emitter::addFix(const DiagnosticBuilder &To, const Fix &X) {
  for (const Edit &E : X.Edits) {
    SourceLocation Begin = at(E.Where.File, E.Where.Line, E.Where.Col);
    if (Begin.isInvalid())
      continue;
    To << (E.Where.EndLine ? FixItHint::CreateReplacement(range(E.Where), E.Text)
                           : FixItHint::CreateInsertion(Begin, E.Text));
  }
}

void Emitter::note(SourceLocation Main, const Note &N) {
  SourceLocation Where = at(N.Where.File, N.Where.Line, N.Where.Col);
  auto D = Check.diag(Where.isValid() ? Where : Main, "%0", DiagnosticIDs::Note);
  D << N.Message;
  if (CharSourceRange R = range(N.Where); R.isValid())
    D << R;
}

const Place &Emitter::anchor(const Finding &F) {
  if (MainFileOnly && !inMainFile(F.Where))
    for (const Note &N : llvm::reverse(F.Notes))
      if (N.Kind == NoteKind::Path && inMainFile(N.Where))
        return N.Where;
  return F.Where;
}

void Emitter::emit(const Finding &F) {
  const Place &Where = anchor(F);
  SourceLocation Main = at(Where.File, Where.Line, Where.Col);
  if (Main.isInvalid())
    return;
  const Fix *Safe = nullptr;
  for (const Fix &X : F.Fixes)
    if (X.Safe && !X.Edits.empty() && !Safe)
      Safe = &X;
  {
    auto D = Check.diag(Main, "%0");
    D << F.Message;
    if (CharSourceRange R = range(Where); R.isValid())
      D << R;
    if (Safe)
      addFix(D, *Safe);
  }
  if (&Where != &F.Where)
    note(Main, {NoteKind::Path, F.Message, F.Where});
  for (const Note &N : F.Notes)
    note(Main, N);
  // clang-tidy makes the fixes of notes only with --fix-notes, clangd offers each by its title.
  for (const Fix &X : F.Fixes)
    if (&X != Safe)
      addFix(Check.diag(Main, "%0", DiagnosticIDs::Note) << ("suggested fix: " + X.Title), X);
}

} // namespace gilray::tidy
