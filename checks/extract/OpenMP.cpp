// `omp parallel` and `omp task`: Clang's CFG runs the body inline like a plain block; here it becomes a function that
// other threads run, and a Fork event where the directive stands.
#include "extract/FunctionBuilder.h"
#include "clang/AST/StmtOpenMP.h"
#include "clang/Basic/OpenMPKinds.h"

namespace gilray::extract {

using namespace clang;
using ir::EventKind;
using ir::ValueId;

/// Marks everything below S as translated elsewhere.
void FunctionBuilder::outline(const Stmt *S) {
  if (!S)
    return;
  Outlined.insert(S);
  if (auto *Decls = dyn_cast<DeclStmt>(S))
    for (const Decl *D : Decls->decls())
      if (auto *Var = dyn_cast<VarDecl>(D))
        OutlinedVars.insert(Var);
  // What a directive within another one applies to is not among its children.
  if (auto *D = dyn_cast<OMPExecutableDirective>(S); D && !D->isStandaloneDirective())
    outline(D->getRawStmt());
  for (const Stmt *Child : S->children())
    outline(Child);
}

static bool isForked(const OMPExecutableDirective *D) {
  return D->hasAssociatedStmt() &&
         (isOpenMPParallelDirective(D->getDirectiveKind()) || isOpenMPTaskingDirective(D->getDirectiveKind()));
}

void FunctionBuilder::surveyOmp(const OMPExecutableDirective *D, Region *Parent, const CXXTryStmt *Try) {
  for (const Stmt *Child : OMPExecutableDirective::used_clauses_children(D->clauses()))
    survey(Child, Parent, Try, false);
  if (D->isStandaloneDirective())
    return;
  if (isForked(D))
    outline(D->getRawStmt());
  else
    survey(D->getRawStmt(), Parent, Try, true);
}

void FunctionBuilder::fork(const OMPExecutableDirective *D) {
  if (!isForked(D))
    return;
  const CapturedStmt *Captured = D->getInnermostCapturedStmt();
  llvm::DenseSet<const VarDecl *> Private;
  for (const OMPClause *C : D->clauses()) {
    if (!isOpenMPPrivate(C->getClauseKind()))
      continue;
    for (const Stmt *Child : const_cast<OMPClause *>(C)->children())
      if (auto *Ref = dyn_cast_or_null<DeclRefExpr>(Child))
        if (auto *Var = dyn_cast<VarDecl>(Ref->getDecl()))
          Private.insert(Var->getCanonicalDecl());
  }
  if (auto *Loop = dyn_cast<OMPLoopDirective>(D))
    for (const Expr *Counter : Loop->counters())
      if (auto *Ref = dyn_cast_or_null<DeclRefExpr>(Counter ? Counter->IgnoreParenImpCasts() : nullptr))
        if (auto *Var = dyn_cast<VarDecl>(Ref->getDecl()))
          Private.insert(Var->getCanonicalDecl());

  std::vector<const VarDecl *> Shared;
  llvm::SmallVector<ValueId, 4> Args;
  bool This = false;
  for (const CapturedStmt::Capture &C : Captured->captures()) {
    if (C.capturesThis())
      This = true;
    else if (C.capturesVariable() || C.capturesVariableByCopy())
      if (const VarDecl *Var = C.getCapturedVar()->getCanonicalDecl(); !Private.contains(Var))
        Shared.push_back(Var);
  }
  if (This)
    Args.push_back(thisValue());
  for (const VarDecl *Var : Shared)
    Args.push_back(V.addrOf(variablePath(Var)));

  ir::Function Body;
  Body.Id = U.U.intern((F.Id + "/omp" + llvm::Twine(NextOmp++)).str());
  Body.Name = U.U.intern((F.Name + " (omp body)").str());
  Body.Header = F.Header;
  FunctionBuilder Builder(U, Body);
  Builder.Func = Func;
  Builder.LambdaBody = LambdaBody;
  if (This)
    Body.Vars.push_back(F.Vars[0]);
  Builder.buildOmpBody(D, Shared);

  ir::Event &E = emit(EventKind::Fork, U.loc(D->getBeginLoc(), {D->getBeginLoc(), D->getEndLoc()}));
  E.Callee = U.syntheticCallee(Body.Id, Body.Name);
  E.Args = std::move(Args);
  U.U.Functions.push_back(std::move(Body));
}

void FunctionBuilder::buildOmpBody(const OMPExecutableDirective *D, llvm::ArrayRef<const VarDecl *> Shared) {
  const Stmt *Body = D->getRawStmt();
  F.Kind = ir::FunctionKind::OmpBody;
  F.Link = ir::Linkage::Internal;
  F.Where = U.loc(D->getBeginLoc(), {D->getBeginLoc(), D->getEndLoc()});
  F.End = U.loc(Body->getEndLoc());
  for (const VarDecl *Var : Shared) {
    OmpCaptured[Var] = V.deref(V.var(F.Vars.size()));
    F.Vars.push_back({U.U.intern(Var->getName()), U.type(Ctx.getPointerType(Var->getType().getNonReferenceType())),
                      U.loc(Var->getLocation())});
  }
  F.NumParams = F.Vars.size();
  buildBody(Func, const_cast<Stmt *>(Body));
}

} // namespace gilray::extract
