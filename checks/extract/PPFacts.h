// What only the preprocessor sees: which macros were expanded where, conditional groups, suppression comments.
#ifndef GILRAY_EXTRACT_PPFACTS_H
#define GILRAY_EXTRACT_PPFACTS_H

#include "extract/HeaderClasses.h"
#include "extract/Sources.h"
#include "clang/Lex/PPCallbacks.h"
#include "clang/Lex/Preprocessor.h"
#include "llvm/ADT/DenseMap.h"
#include <deque>
#include <optional>
#include <string>
#include <vector>

namespace gilray::extract {

/// One expansion, in a project file, of a macro.
struct MacroUse {
  const clang::IdentifierInfo *Name = nullptr;
  clang::SourceRange Range;                         ///< name .. closing parenthesis
  ir::HeaderClass Class = ir::HeaderClass::Project; ///< of the file that defines the macro
  clang::SourceLocation Defined;
  bool FunctionLike = false, Variadic = false;
  bool Constant = false; ///< object-like and no longer than a number in parentheses
  /// The tokens of each argument, as runs within one file or expansion; modelled macros only. An argument written in
  /// another macro's body has several: #define VISIT(f) Py_VISIT(self->f)
  llvm::SmallVector<llvm::SmallVector<clang::SourceRange, 1>, 2> Args;
};

struct PPGroupFact {
  clang::SourceLocation Hash, End; ///< the directive, and the one that ends the group
  clang::SourceRange Condition;    ///< text between; invalid for #else
  std::string Prefix;              ///< "!defined " and the like
  bool Taken = false;
  unsigned Previous = 0; ///< #elif, #else: index into Groups plus one
};

struct SuppressionFact {
  ir::SuppressionKind Kind;
  std::vector<std::string> Checks;
  clang::SourceLocation Where;
  unsigned Length = 0;
};

/// A comment by which Cython says which line of its source the code below was made from, or that a new section begins.
struct CythonMark {
  std::string Path;  ///< as written
  unsigned Line = 0; ///< 0: a section
  clang::SourceLocation Where;
};

/// What such a comment says; nothing if it is another one.
std::optional<CythonMark> cythonMark(llvm::StringRef Comment);

class PPFacts {
public:
  PPFacts(clang::Preprocessor &PP, Sources &Files);
  ~PPFacts();

  std::vector<clang::SourceLocation>
      TopLevelOrder; ///< function-like modelled macros written in project files, in order
  std::vector<PPGroupFact> Groups;
  std::vector<SuppressionFact> Suppressions;
  std::vector<clang::SourceLocation> LineNotes; ///< in the main file, after a directive that may name another line
  std::vector<CythonMark> CythonMarks;          ///< in the main file

  /// Registers the callbacks with the preprocessor, which owns them; this object must outlive the parse.
  void attach();

  clang::Preprocessor &preprocessor() { return PP; }
  const MacroUse *use(clang::SourceLocation NameLoc) const {
    auto It = UseAt.find(NameLoc);
    return It == UseAt.end() ? nullptr : &Uses[It->second];
  }

private:
  class Callbacks;
  class Comments;

  /// What a precompiled preamble kept from the callbacks.
  void learnHeaders();
  void readPreamble(unsigned Bytes, Callbacks &Into);

  /// By the location of the macro's name as the expansion records it: index into Uses.
  llvm::DenseMap<clang::SourceLocation, unsigned> UseAt;
  std::deque<MacroUse> Uses;

  clang::Preprocessor &PP;
  Sources &Files;
  std::unique_ptr<Comments> Handler;
};

} // namespace gilray::extract

#endif
