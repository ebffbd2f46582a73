// Files of a parse: class and unit index of each, by Clang's file ids. Shared by preprocessor facts and extraction.
#ifndef GILRAY_EXTRACT_SOURCES_H
#define GILRAY_EXTRACT_SOURCES_H

#include "extract/HeaderClasses.h"
#include "clang/Basic/SourceManager.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/Support/StringSaver.h"
#include <string>
#include <vector>

namespace gilray::extract {

class Sources {
public:
  explicit Sources(clang::SourceManager &SM) : SM(SM), Saver(Alloc) {}

  clang::SourceManager &SM;

  HeaderClasses &classes() { return Classes; }
  /// To be called when classes() learnt something.
  void forget() { ClassOf.clear(); }

  /// Absolute, normalised path of a file; empty for buffers without one.
  llvm::StringRef path(clang::FileID F);
  ir::HeaderClass fileClass(clang::FileID F);
  /// The class of the file in which Loc is spelled or expanded.
  ir::HeaderClass expansionClass(clang::SourceLocation Loc) { return fileClass(SM.getFileID(SM.getFileLoc(Loc))); }
  bool isProject(clang::SourceLocation Loc) { return expansionClass(Loc) == ir::HeaderClass::Project; }

  std::string absolute(llvm::StringRef Path) const;

  /// Places of errors: a function with one inside is not judged, even if Clang dropped the broken statement silently.
  std::vector<clang::SourceLocation> Errors;
  bool hasError(clang::SourceRange R) const;

private:
  HeaderClasses Classes;
  llvm::DenseMap<clang::FileID, ir::HeaderClass> ClassOf;
  llvm::DenseMap<clang::FileID, llvm::StringRef> PathOf;
  llvm::BumpPtrAllocator Alloc;
  llvm::StringSaver Saver;
};

} // namespace gilray::extract

#endif
