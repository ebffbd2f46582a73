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

  struct Place {
    clang::FileID File;
    unsigned Line = 0, Col = 0; ///< from 1; 0 if the file has no text
    const char *Text = nullptr; ///< from there on
  };
  /// What SourceManager says of a location in a file, at a fraction of the cost while the file stays the same.
  Place place(clang::SourceLocation InFile);

private:
  void openLines(clang::SourceLocation InFile);

  /// The file asked about last.
  struct {
    clang::FileID File;
    unsigned Start = 1, Size = 0; ///< encoded locations of its text; none at first
    const char *Text = nullptr;
    llvm::ArrayRef<unsigned> Starts; ///< offset of each line
    size_t Last = 0;                 ///< index of the line found last
  } Lines;
  HeaderClasses Classes;
  llvm::DenseMap<clang::FileID, ir::HeaderClass> ClassOf;
  llvm::DenseMap<clang::FileID, llvm::StringRef> PathOf;
  llvm::BumpPtrAllocator Alloc;
  llvm::StringSaver Saver;
};

} // namespace gilray::extract

#endif
