// What a parse leaves for the next one of the same file. An editor parses a file again at each key, and a key changes
// one body: the IR of all other functions is what it was, but for the lines below the edit.
//
//     static PyObject *f(..) { .. }     taken over
//     static PyObject *g(..) { ..| }    the edit: extracted
//     static PyObject *h(..) { .. }     taken over, its places moved
//
// Anything that might reach out of a body makes all functions extracted anew: text outside of bodies, other headers,
// macros defined or undone inside (a _Pragma that a macro brings is not seen). C only: in C++ a body can change types
// (auto, templates, constexpr).
#ifndef GILRAY_EXTRACT_EARLIER_H
#define GILRAY_EXTRACT_EARLIER_H

#include "extract/Extract.h"
#include "extract/Sources.h"
#include "ir/Unit.h"
#include "clang/AST/ASTContext.h"
#include "clang/Lex/Preprocessor.h"
#include "llvm/ADT/DenseMap.h"
#include <optional>

namespace gilray::extract {

class Earlier {
public:
  /// Null if nothing of this parse may be used again. U: as extraction made it.
  static std::shared_ptr<const Earlier> of(std::shared_ptr<const ir::Unit> U, clang::ASTContext &Ctx,
                                           clang::Preprocessor &PP, const Options &Opts);

  std::shared_ptr<const ir::Unit> Unit;
  /// Who looks bodies up elsewhere gives callees other ids and takes functions without a body out of the unit.
  std::vector<llvm::StringRef> CalleeIds;
  std::vector<ir::Function> Heads;
  std::string Text;          ///< of the main file
  uint64_t Surroundings = 0; ///< all that went into the unit besides
};

/// Which functions of a parse are those of an earlier one.
class Unchanged {
public:
  /// Nothing if the two differ in more than one function's body.
  static std::optional<Unchanged> between(const Earlier &Before, clang::ASTContext &Ctx, clang::Preprocessor &PP,
                                          Sources &Files, const Options &Opts);

  /// The function of the earlier unit; null: F is to be extracted.
  const ir::Function *find(const clang::FunctionDecl *F) const;
  /// Puts functions of the earlier unit at indices of U's functions.
  void putInto(ir::Unit &U, llvm::ArrayRef<std::pair<size_t, const ir::Function *>> Found) const;

private:
  Unchanged(const Earlier &Before, Sources &Files) : Before(&Before), Files(&Files) {}
  bool isOneBody(clang::ASTContext &Ctx);
  bool hasUnnamedBelow() const;

  const Earlier *Before;
  Sources *Files;
  struct {
    unsigned First = 1, LastBefore = 0, LastNow = 0; ///< lines; none at first
    int64_t moved() const { return int64_t(LastNow) - LastBefore; }
  } Edit;
  llvm::DenseMap<std::pair<unsigned, unsigned>, const ir::Function *> ByPlace; ///< line and column of the name
};

} // namespace gilray::extract

#endif
