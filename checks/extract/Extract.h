// Clang's AST and CFG -> thread IR. The only public door of extraction; knows no rule and no API meaning.
#ifndef GILRAY_EXTRACT_EXTRACT_H
#define GILRAY_EXTRACT_EXTRACT_H

#include "ir/Unit.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/VirtualFileSystem.h"
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace clang {
class ASTContext;
class Preprocessor;
class CompilerInstance;
class SourceLocation;
} // namespace clang

namespace gilray::extract {

/// Texts by absolute path; nothing: there is no such file.
using FileTexts = std::map<std::string, std::optional<std::string>>;

struct Options {
  std::string ResourceDir; ///< Clang's builtin headers; verified by findResourceDir
  /// Ids of internal functions and variables hold paths relative to this directory, so that two check-outs of a project
  /// give the same ids. One for all units of a program; absolute, without a slash at its end; empty: absolute paths.
  std::string ProjectRoot;
  unsigned MaxBlocks = 20000; ///< per function; more gives BodyState::TooLarge
  FileTexts Instead;          ///< what is parsed instead of the files on disk
};

/// A file that was opened or looked for, for cache keys.
struct Dependency {
  std::string Path;
  bool Absent = false; ///< an include path that was probed and not there
};

struct Extracted {
  ir::Unit Unit;
  std::vector<Dependency> Dependencies; ///< sorted, unique
};

/// Parses File with Args (the compiler's arguments without the program name, input and output) and extracts its unit.
/// Broken code gives a unit with Issues; an error means that there is no unit at all (file unreadable, Clang crashed).
llvm::Expected<Extracted> extractFile(llvm::StringRef File, llvm::StringRef Directory, llvm::ArrayRef<std::string> Args,
                                      const Options &Opts);

/// The directory with include/stddef.h: Flag, environment (GILRAY_RESOURCE_DIR), next to the executable, compiled in,
/// `clang-22 -print-resource-dir`. The error lists the places tried.
llvm::Expected<std::string> findResourceDir(llvm::StringRef Flag, llvm::StringRef Executable);

/// What a parse leaves for the next one of the same file: see extract/Earlier.h.
class Earlier;

/// For hosts that own the parse (clang-tidy, clangd): collects preprocessor facts, then turns a finished AST into a
/// unit.
class AstExtractor {
public:
  AstExtractor(clang::Preprocessor &PP, const Options &Opts); ///< registers its callbacks; before parsing
  ~AstExtractor();
  /// Current, if given, holds the name of the function under extraction, should it crash. Before: of the last parse of
  /// this file, or null; functions that did not change since are taken from there.
  ir::Unit extract(clang::ASTContext &Ctx, std::string *Current = nullptr, const Earlier *Before = nullptr);
  /// For the next parse of this file. U: what extract() gave, not changed by anybody since.
  std::shared_ptr<const Earlier> keep(std::shared_ptr<const ir::Unit> U, clang::ASTContext &Ctx);
  /// To be told of each error that Clang reports: the function around it is not judged. With a Message it is one of the
  /// unit's issues, too.
  void noteError(clang::SourceLocation L, llvm::StringRef Message = {}, bool Fatal = false);
  /// Whether a place is in a file whose function bodies are extracted; hosts may skip the parse of other bodies.
  bool isProject(clang::SourceLocation L);

private:
  struct Impl;
  std::unique_ptr<Impl> P;
};

} // namespace gilray::extract

#endif
