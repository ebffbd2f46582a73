// C++ expressions as values: this, captures, temporaries, lambdas.
#include "extract/FunctionBuilder.h"
#include "clang/AST/ExprConcepts.h"

namespace gilray::extract {

using namespace clang;
using ir::ValueId;
using llvm::StringRef;

ValueId FunctionBuilder::thisValue() {
  ValueId This = V.var(0);
  if (!LambdaBody)
    return This;
  // Inside a lambda, `this` is what the closure captured.
  const CXXRecordDecl *Closure = LambdaBody->getParent();
  for (const LambdaCapture &C : Closure->captures())
    if (C.capturesThis()) {
      ValueId Field = V.field(V.deref(This), U.U.intern("this"), U.recordName(Closure));
      return C.getCaptureKind() == LCK_StarThis ? V.addrOf(Field) : Field;
    }
  return This;
}

ValueId FunctionBuilder::capturedValue(const VarDecl *D) {
  const CXXRecordDecl *Closure = LambdaBody->getParent();
  for (const LambdaCapture &C : Closure->captures()) {
    if (!C.capturesVariable() || C.getCapturedVar()->getCanonicalDecl() != D->getCanonicalDecl())
      continue;
    ValueId Field = V.field(V.deref(V.var(0)), U.U.intern(D->getName()), U.recordName(Closure));
    // The caller dereferences once for a variable that is a reference itself.
    bool ByReference = C.getCaptureKind() == LCK_ByRef;
    if (D->getType()->isReferenceType())
      return ByReference ? Field : V.addrOf(Field);
    return ByReference ? V.deref(Field) : Field;
  }
  return 0;
}

ValueId FunctionBuilder::lambdaValue(const LambdaExpr *E) {
  auto [It, New] = LambdaValues.try_emplace(E, 0);
  if (!New)
    return It->second;
  std::vector<ir::Capture> Captures;
  auto Init = E->capture_init_begin();
  for (const LambdaCapture &C : E->captures()) {
    const Expr *From = *Init++;
    ir::Capture Out;
    Out.ByReference = C.getCaptureKind() == LCK_ByRef;
    if (C.capturesThis()) {
      Out.Name = U.U.intern("this");
      Out.From = thisValue();
      if (From)
        Out.Type = U.type(From->getType());
    } else if (C.capturesVariable()) {
      Out.Name = U.U.intern(C.getCapturedVar()->getName());
      Out.Type = U.type(C.getCapturedVar()->getType());
      Out.From = From ? value(From) : 0;
      // A copy of a class object is a temporary of its own; what was copied is the interesting path.
      if (auto *Copy = dyn_cast_or_null<CXXConstructExpr>(From ? From->IgnoreImplicit() : nullptr);
          Copy && Copy->getNumArgs() >= 1 && !E->isInitCapture(&C))
        Out.From = value(Copy->getArg(0));
    }
    Captures.push_back(Out);
  }
  unsigned Index = 0;
  if (!Captures.empty()) {
    F.Captures.push_back(std::move(Captures));
    Index = F.Captures.size();
  }
  return LambdaValues[E] = V.lambda(U.callee(E->getCallOperator()), Index);
}

ValueId FunctionBuilder::cxxValue(const Expr *E) {
  switch (E->getStmtClass()) {
  case Stmt::CXXThisExprClass:
    return thisValue();
  case Stmt::CXXDefaultArgExprClass:
    return value(cast<CXXDefaultArgExpr>(E)->getExpr());
  case Stmt::CXXDefaultInitExprClass:
    return value(cast<CXXDefaultInitExpr>(E)->getExpr());
  case Stmt::CXXBindTemporaryExprClass:
    return value(cast<CXXBindTemporaryExpr>(E)->getSubExpr());
  case Stmt::MaterializeTemporaryExprClass: {
    const Expr *Sub = cast<MaterializeTemporaryExpr>(E)->getSubExpr();
    ValueId Inner = value(Sub);
    // A scalar needs an object to be referred to: `const int &r = 3;`
    return Sub->getType()->isRecordType() || suppressed(E) || V.is(Inner, ir::ValueKind::Function) ? Inner : tempOf(E);
  }
  case Stmt::CXXStdInitializerListExprClass:
    return value(cast<CXXStdInitializerListExpr>(E)->getSubExpr());
  case Stmt::SubstNonTypeTemplateParmExprClass:
    return value(cast<SubstNonTypeTemplateParmExpr>(E)->getReplacement());
  case Stmt::CXXRewrittenBinaryOperatorClass:
    return value(cast<CXXRewrittenBinaryOperator>(E)->getSemanticForm());
  case Stmt::CXXMemberCallExprClass:
  case Stmt::CXXOperatorCallExprClass:
  case Stmt::UserDefinedLiteralClass:
    return callValue(cast<CallExpr>(E));
  case Stmt::CXXConstructExprClass:
  case Stmt::CXXTemporaryObjectExprClass: {
    auto *C = cast<CXXConstructExpr>(E);
    if (C->isElidable() && C->getNumArgs() >= 1 && !Dests.contains(E))
      return value(C->getArg(0));
    if (auto It = Dests.find(E); It != Dests.end())
      return It->second;
    return suppressed(E) ? 0 : tempOf(E);
  }
  case Stmt::CXXInheritedCtorInitExprClass:
  case Stmt::CXXNewExprClass:
  case Stmt::AtomicExprClass:
    return suppressed(E) || E->getType()->isVoidType() ? 0 : tempOf(E);
  case Stmt::LambdaExprClass:
    return suppressed(E) ? 0 : lambdaValue(cast<LambdaExpr>(E));
  case Stmt::SizeOfPackExprClass:
  case Stmt::TypeTraitExprClass:
  case Stmt::CXXNoexceptExprClass:
  case Stmt::RequiresExprClass:
  case Stmt::ConceptSpecializationExprClass: {
    Expr::EvalResult R;
    if (!E->isValueDependent() && E->EvaluateAsInt(R, Ctx))
      return V.integer(R.Val.getInt().extOrTrunc(64).getSExtValue());
    return 0;
  }
  default:
    return 0;
  }
}

} // namespace gilray::extract
