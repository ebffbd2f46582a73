#include "extract/ForeignBodies.h"
#include "clang/AST/DeclTemplate.h"

namespace gilray::extract {

using namespace clang;

static bool within(const SourceManager &SM, SourceLocation Where, const Decl *D) {
  SourceRange R = D->getSourceRange();
  return R.isValid() && SM.isPointWithin(Where, SM.getFileLoc(R.getBegin()), SM.getFileLoc(R.getEnd()));
}

/// Macros can spread a declaration over files, so nothing is inferred from the range of a context.
static bool inFunctionOf(const SourceManager &SM, SourceLocation Where, const DeclContext *Around) {
  for (const Decl *D : Around->decls()) {
    if (auto *T = dyn_cast<TemplateDecl>(D))
      D = T->getTemplatedDecl();
    if (!D)
      continue;
    if (auto *F = dyn_cast<FunctionDecl>(D)) {
      if (within(SM, Where, F))
        return true;
    } else if (auto *Inner = dyn_cast<DeclContext>(D)) {
      if (inFunctionOf(SM, Where, Inner))
        return true;
    }
  }
  return false;
}

bool inForeignBody(ASTContext &Ctx, Sources &Files, SourceLocation Where) {
  if (Where.isInvalid() || Files.isProject(Where))
    return false;
  return inFunctionOf(Files.SM, Files.SM.getFileLoc(Where), Ctx.getTranslationUnitDecl());
}

} // namespace gilray::extract
