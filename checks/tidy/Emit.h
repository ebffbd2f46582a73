// A finding as clang-tidy's diagnostic: the path as notes, fixes as fix-its, places in the host's source manager.
#ifndef GILRAY_TIDY_EMIT_H
#define GILRAY_TIDY_EMIT_H

#include "clang-tidy/ClangTidyCheck.h"
#include "core/Finding.h"
#include "clang/Basic/SourceManager.h"
#include "llvm/ADT/StringMap.h"

namespace gilray::tidy {

class Emitter {
public:
  /// MainFileOnly: the host shows one file; a finding elsewhere is put where its path leaves that file.
  Emitter(clang::tidy::ClangTidyCheck &Check, clang::SourceManager &SM, bool MainFileOnly)
      : Check(Check), SM(SM), MainFileOnly(MainFileOnly) {}
  void emit(const Finding &F);

private:
  clang::FileID file(llvm::StringRef Path);
  clang::SourceLocation at(llvm::StringRef Path, unsigned Line, unsigned Col);
  clang::CharSourceRange range(const Place &P);
  bool inMainFile(const Place &P) { return file(P.File) == SM.getMainFileID(); }
  const Place &anchor(const Finding &F);
  void note(clang::SourceLocation Main, const Note &N);
  void addFix(const clang::DiagnosticBuilder &To, const Fix &X);

  clang::tidy::ClangTidyCheck &Check;
  clang::SourceManager &SM;
  bool MainFileOnly;
  llvm::StringMap<clang::FileID> Files;
};

} // namespace gilray::tidy

#endif
