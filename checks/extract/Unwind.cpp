// Exceptions: clean-up chains and catch handlers, which Clang's CFG does not have.
#include "extract/FunctionBuilder.h"

namespace gilray::extract {

using namespace clang;

void FunctionBuilder::addHandlers(std::vector<const CFGBlock *> &Order, llvm::DenseSet<const CFGBlock *> &Seen) {}
void FunctionBuilder::handlerEntry(const CXXCatchStmt *Catch) {}
void FunctionBuilder::dispatch(const CFGBlock &B, const CXXTryStmt *Try) {}
const Stmt *FunctionBuilder::lastThrow(const CFGBlock &B) const {
  for (const CFGElement &E : llvm::reverse(B))
    if (auto S = E.getAs<CFGStmt>(); S && isa<CXXThrowExpr>(S->getStmt()))
      return S->getStmt();
  return nullptr;
}
void FunctionBuilder::mayThrow(ir::Event &E, const Stmt *At) {}
void FunctionBuilder::unwind() {}

} // namespace gilray::extract
