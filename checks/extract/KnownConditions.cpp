// Conditions that Clang's CFG may find constant, and then leaves out the edge that is never taken: `while (1)`,
// `#define DEBUG 0` .. `if (DEBUG)`, `(flags & 8) == 4`. To ask it costs as much as the rest of the graph, and in most
// functions a look at the conditions shows that the answer is no.
#include "extract/FunctionBuilder.h"

namespace gilray::extract {

using namespace clang;

static const Expr *inside(const Expr *E) {
  while (true) {
    if (auto *Paren = dyn_cast<ParenExpr>(E))
      E = Paren->getSubExpr();
    else if (auto *Cast = dyn_cast<CastExpr>(E); Cast && !isa<CXXNamedCastExpr, CXXFunctionalCastExpr>(E))
      E = Cast->getSubExpr();
    else
      return E;
  }
}

/// Read anew each time, so that nobody but the program knows: a variable, what a pointer leads to, a call's result.
static bool isVariable(const Expr *E, const ASTContext &Ctx) {
  if (inside(E)->getType()->isArrayType()) // `if (buffer)`: an address, never null
    return false;
  while (true) {
    E = inside(E);
    if (auto *Ref = dyn_cast<DeclRefExpr>(E)) {
      auto *Var = dyn_cast<VarDecl>(Ref->getDecl());
      return Var && !Var->getType()->isReferenceType() && !Var->isConstexpr() &&
             !Ctx.getBaseElementType(Var->getType()).isConstQualified();
    }
    if (auto *Member = dyn_cast<MemberExpr>(E)) {
      if (!isa<FieldDecl>(Member->getMemberDecl()))
        return false;
      E = Member->getBase();
    } else if (auto *Sub = dyn_cast<ArraySubscriptExpr>(E)) {
      E = Sub->getBase();
    } else if (auto *Unary = dyn_cast<UnaryOperator>(E)) {
      if (Unary->getOpcode() != UO_Deref && !Unary->isIncrementDecrementOp())
        return false;
      E = Unary->getSubExpr();
    } else if (auto *Assign = dyn_cast<BinaryOperator>(E); Assign && Assign->isAssignmentOp()) {
      E = Assign->getLHS();
    } else if (auto *Call = dyn_cast<CallExpr>(E)) {
      const FunctionDecl *Callee = Call->getDirectCallee();
      return Callee && !isa<CXXOperatorCallExpr>(Call) && !Callee->isConstexpr() && !Callee->getBuiltinID();
    } else {
      return isa<CXXThisExpr>(E);
    }
  }
}

/// Can nobody tell the truth of a condition that has no && or || outside?
static bool isOpen(const Expr *E, const ASTContext &Ctx) {
  E = inside(E);
  if (auto *Unary = dyn_cast<UnaryOperator>(E); Unary && Unary->getOpcode() == UO_LNot)
    return isOpen(Unary->getSubExpr(), Ctx);
  auto *Binary = dyn_cast<BinaryOperator>(E);
  if (!Binary || Binary->isAssignmentOp())
    return isVariable(E, Ctx);
  // A variable against anything but an operation, of which Clang may know that it never has that result, and against
  // numbers that a bool cannot be.
  const Expr *L = inside(Binary->getLHS()), *R = inside(Binary->getRHS());
  if (!isVariable(L, Ctx))
    return false;
  if (Binary->getOpcode() == BO_And) {
    auto *Mask = dyn_cast<IntegerLiteral>(R);
    return Mask && Mask->getValue() != 0;
  }
  return (Binary->isEqualityOp() || (Binary->isComparisonOp() && !isa<BinaryOperator>(L))) &&
         !isa<BinaryOperator, UnaryOperator>(R) && !L->getType()->isBooleanType() && !R->getType()->isBooleanType();
}

bool mayBeKnown(const Expr *Cond, const ASTContext &Ctx) {
  if (!Cond)
    return true;
  auto *Logical = dyn_cast<BinaryOperator>(inside(Cond));
  if (!Logical || !Logical->isLogicalOp())
    return !isOpen(Cond, Ctx);
  // a > 5 && a < 3
  auto *L = dyn_cast<BinaryOperator>(inside(Logical->getLHS())),
       *R = dyn_cast<BinaryOperator>(inside(Logical->getRHS()));
  return (L && R && L->isComparisonOp() && R->isComparisonOp()) || mayBeKnown(Logical->getLHS(), Ctx) ||
         mayBeKnown(Logical->getRHS(), Ctx);
}

} // namespace gilray::extract
