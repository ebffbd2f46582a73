// Expressions as values: interned access paths, constants, conditions. No events are made here, except that the value
// of a modelled macro's expansion makes sure that its Macro event has been emitted.
#include "extract/FunctionBuilder.h"

namespace gilray::extract {

using namespace clang;
using ir::Op;
using ir::ValueId;
using ir::ValueKind;
using llvm::StringRef;

static const Stmt *lastOf(const StmtExpr *E) {
  const CompoundStmt *Body = E->getSubStmt();
  return Body->body_empty() ? nullptr : Body->body_back();
}

unsigned FunctionBuilder::tempNumber(const Stmt *E) {
  auto [It, New] = TempIds.try_emplace(E, NextTemp);
  if (New)
    ++NextTemp;
  return It->second;
}

ValueId FunctionBuilder::tempOf(const Stmt *E) { return V.temp(tempNumber(E)); }

ValueId FunctionBuilder::macroTemp(Region &R) {
  emitMacro(R);
  return V.temp(R.Temp);
}

ValueId FunctionBuilder::value(const Expr *E) {
  if (!E)
    return 0;
  if (!Roots.empty() && !E->isGLValue())
    if (auto It = Roots.find(E); It != Roots.end())
      return macroTemp(*It->second);
  return structural(E);
}

ValueId FunctionBuilder::structural(const Expr *E) {
  switch (E->getStmtClass()) {
  case Stmt::ParenExprClass:
    return value(cast<ParenExpr>(E)->getSubExpr());
  case Stmt::ConstantExprClass:
  case Stmt::ExprWithCleanupsClass:
    return value(cast<FullExpr>(E)->getSubExpr());
  case Stmt::GenericSelectionExprClass:
    return value(cast<GenericSelectionExpr>(E)->getResultExpr());
  case Stmt::ChooseExprClass:
    return value(cast<ChooseExpr>(E)->getChosenSubExpr());
  case Stmt::OpaqueValueExprClass:
    return value(cast<OpaqueValueExpr>(E)->getSourceExpr());
  case Stmt::IntegerLiteralClass:
    return V.integer(cast<IntegerLiteral>(E)->getValue().zextOrTrunc(64).getZExtValue(),
                     U.constantName(E->getBeginLoc()));
  case Stmt::CharacterLiteralClass:
    return V.integer(cast<CharacterLiteral>(E)->getValue());
  case Stmt::CXXBoolLiteralExprClass:
    return V.integer(cast<CXXBoolLiteralExpr>(E)->getValue());
  case Stmt::StringLiteralClass:
    return V.string(cast<StringLiteral>(E)->getBytes());
  case Stmt::PredefinedExprClass:
    if (const StringLiteral *Name = cast<PredefinedExpr>(E)->getFunctionName())
      return V.string(Name->getBytes());
    return 0;
  case Stmt::GNUNullExprClass:
  case Stmt::CXXNullPtrLiteralExprClass:
    return V.null();
  case Stmt::ImplicitValueInitExprClass:
  case Stmt::CXXScalarValueInitExprClass:
    return E->getType()->isAnyPointerType() ? V.null() : E->getType()->isScalarType() ? V.integer(0) : ValueId(0);
  case Stmt::DeclRefExprClass:
    return declValue(cast<DeclRefExpr>(E)->getDecl(), E);
  case Stmt::MemberExprClass:
    return memberValue(cast<MemberExpr>(E));
  case Stmt::ArraySubscriptExprClass: {
    auto *Sub = cast<ArraySubscriptExpr>(E);
    return V.deref(V.pointerAdd(value(Sub->getBase()), value(Sub->getIdx())));
  }
  case Stmt::UnaryOperatorClass:
    return unaryValue(cast<UnaryOperator>(E));
  case Stmt::BinaryOperatorClass:
  case Stmt::CompoundAssignOperatorClass:
    return binaryValue(cast<BinaryOperator>(E));
  case Stmt::ConditionalOperatorClass:
  case Stmt::BinaryConditionalOperatorClass:
    if (suppressed(E))
      return 0;
    return E->isGLValue() ? V.deref(tempOf(E)) : tempOf(E);
  case Stmt::CallExprClass:
    return callValue(cast<CallExpr>(E));
  case Stmt::StmtExprClass: {
    auto *Last = dyn_cast_or_null<ValueStmt>(lastOf(cast<StmtExpr>(E)));
    const Expr *Result = Last ? Last->getExprStmt() : nullptr;
    return Result && !Result->getType()->isVoidType() ? value(Result) : 0;
  }
  case Stmt::CompoundLiteralExprClass:
    return suppressed(E) ? 0 : tempOf(E);
  case Stmt::InitListExprClass: {
    auto *List = cast<InitListExpr>(E);
    if (!E->getType()->isRecordType() && !E->getType()->isArrayType())
      return List->getNumInits() ? value(List->getInit(0)) : E->getType()->isAnyPointerType() ? V.null() : V.integer(0);
    if (auto It = Dests.find(E); It != Dests.end())
      return It->second;
    return suppressed(E) ? 0 : tempOf(E);
  }
  case Stmt::UnaryExprOrTypeTraitExprClass:
  case Stmt::OffsetOfExprClass: {
    Expr::EvalResult R;
    if (!E->isValueDependent() && E->EvaluateAsInt(R, Ctx))
      return V.integer(R.Val.getInt().extOrTrunc(64).getSExtValue());
    return 0;
  }
  default:
    if (auto *Cast = dyn_cast<CastExpr>(E))
      return castValue(Cast);
    return cxxValue(E);
  }
}

ir::VarId FunctionBuilder::variable(const VarDecl *D) {
  D = D->getCanonicalDecl();
  auto [It, New] = VarIds.try_emplace(D, F.Vars.size());
  if (New)
    F.Vars.push_back({U.plainName(D), U.type(D->getType()), U.loc(D->getLocation())});
  return It->second;
}

ValueId FunctionBuilder::declValue(const ValueDecl *D, const Expr *E) {
  if (auto Known = LocalPaths.find(D); Known != LocalPaths.end()) // most mentions, without the questions below
    return Known->second;
  if (auto *Fn = dyn_cast<FunctionDecl>(D))
    return V.function(U.callee(Fn));
  if (auto *Enum = dyn_cast<EnumConstantDecl>(D))
    return V.integer(Enum->getInitVal().extOrTrunc(64).getSExtValue(), U.plainName(Enum));
  if (auto *Binding = dyn_cast<BindingDecl>(D))
    return Binding->getBinding() ? value(Binding->getBinding()) : 0;
  auto *Var = dyn_cast<VarDecl>(D);
  if (!Var)
    return 0;
  ValueId Path = variablePath(Var, E);
  return Var->getType()->isReferenceType() ? V.deref(Path) : Path;
}

/// Where a variable lives; E is its mention, if there is one.
ValueId FunctionBuilder::variablePath(const VarDecl *Var, const Expr *E) {
  if (auto Captured = OmpCaptured.find(Var->getCanonicalDecl()); Captured != OmpCaptured.end())
    return Var->getType()->isReferenceType() ? V.addrOf(Captured->second) : Captured->second;
  auto *Ref = dyn_cast_or_null<DeclRefExpr>(E);
  if (LambdaBody && (!E || (Ref && Ref->refersToEnclosingVariableOrCapture())))
    if (ValueId Path = capturedValue(Var))
      return Path;
  if (!Var->hasGlobalStorage()) {
    ValueId Path = V.var(variable(Var));
    if (!LambdaBody && !Var->getType()->isReferenceType())
      LocalPaths[Var] = Path;
    return Path;
  }
  if (Var->isStaticLocal() && Func && Var->getDeclContext() == Func)
    U.staticLocal(Var, F.Id);
  return V.global(U.globalId(Var));
}

ValueId FunctionBuilder::fieldOf(ValueId Object, const FieldDecl *Field) {
  // Members of anonymous structs and unions are fields of the record around them.
  if (Field->getDeclName().isEmpty() && Field->getType()->isRecordType())
    return Object;
  return V.field(Object, U.plainName(Field), U.recordName(Field->getParent()));
}

ValueId FunctionBuilder::memberValue(const MemberExpr *E) {
  const ValueDecl *D = E->getMemberDecl();
  auto *Field = dyn_cast<FieldDecl>(D);
  if (!Field)
    return declValue(D, nullptr);
  ValueId Base = value(E->getBase());
  ValueId Path = fieldOf(E->isArrow() ? V.deref(Base) : Base, Field);
  return Field->getType()->isReferenceType() ? V.deref(Path) : Path;
}

ValueId FunctionBuilder::castValue(const CastExpr *E) {
  const Expr *Sub = E->getSubExpr();
  QualType To = E->getType(), From = Sub->getType();
  switch (E->getCastKind()) {
  case CK_ArrayToPointerDecay: {
    ValueId Array = value(Sub);
    return V.is(Array, ValueKind::String) ? Array : V.addrOf(V.element(Array, V.integer(0)));
  }
  case CK_FunctionToPointerDecay:
    return V.addrOf(value(Sub)); // (*fp)() calls what fp() calls
  case CK_NullToPointer:
  case CK_NullToMemberPointer:
    return V.null();
  case CK_IntegralToPointer: {
    ValueId N = value(Sub);
    if (V.is(N, ValueKind::Int) && V.get(N).Int == 0)
      return V.null();
    return V.cast(N, U.type(To));
  }
  case CK_PointerToIntegral:
    return V.cast(value(Sub), U.type(To));
  case CK_IntegralToBoolean:
  case CK_FloatingToBoolean:
    return V.truth(value(Sub), false);
  case CK_PointerToBoolean:
  case CK_MemberPointerToBoolean:
    return V.truth(value(Sub), true);
  case CK_ToVoid:
    return 0;
  case CK_LValueBitCast:
  case CK_BitCast:
  case CK_DerivedToBase:
  case CK_UncheckedDerivedToBase:
  case CK_BaseToDerived:
  case CK_Dynamic: {
    ValueId Value = value(Sub);
    bool Path = E->isGLValue();
    const RecordDecl *ToRecord = (Path                            ? To
                                  : To->getPointeeType().isNull() ? To
                                                                  : To->getPointeeType())
                                     ->getAsRecordDecl();
    QualType FromPointee = Path ? From : From->getPointeeType();
    const RecordDecl *FromRecord = FromPointee.isNull() ? nullptr : FromPointee->getAsRecordDecl();
    if (!ToRecord || !FromRecord || ToRecord->getCanonicalDecl() == FromRecord->getCanonicalDecl())
      return Value;
    if (!Path)
      return V.cast(Value, U.type(To));
    return V.deref(V.cast(V.addrOf(Value), U.type(Ctx.getPointerType(To))));
  }
  default:
    return value(Sub);
  }
}

ValueId FunctionBuilder::unaryValue(const UnaryOperator *E) {
  const Expr *Sub = E->getSubExpr();
  switch (E->getOpcode()) {
  case UO_AddrOf:
    return V.addrOf(value(Sub));
  case UO_Deref:
    return V.deref(value(Sub));
  case UO_Plus:
  case UO_Extension:
  case UO_Real:
  case UO_Imag:
  case UO_Coawait:
    return value(Sub);
  case UO_Minus:
    return V.unary(Op::Neg, value(Sub));
  case UO_Not:
    return V.unary(Op::BitNot, value(Sub));
  case UO_LNot:
    return V.unary(Op::Not, condition(Sub));
  case UO_PreInc:
  case UO_PreDec:
    return value(Sub);
  case UO_PostInc:
  case UO_PostDec:
    return suppressed(E) || Discards.contains(E) ? value(Sub) : tempOf(E);
  }
  return 0;
}

static Op opOf(BinaryOperatorKind K) {
  switch (K) {
  case BO_EQ:
    return Op::Eq;
  case BO_NE:
    return Op::Ne;
  case BO_LT:
    return Op::Lt;
  case BO_LE:
    return Op::Le;
  case BO_GT:
    return Op::Gt;
  case BO_GE:
    return Op::Ge;
  case BO_LAnd:
    return Op::LAnd;
  case BO_LOr:
    return Op::LOr;
  case BO_Add:
  case BO_AddAssign:
    return Op::Add;
  case BO_Sub:
  case BO_SubAssign:
    return Op::Sub;
  case BO_Mul:
  case BO_MulAssign:
    return Op::Mul;
  case BO_Div:
  case BO_DivAssign:
    return Op::Div;
  case BO_Rem:
  case BO_RemAssign:
    return Op::Rem;
  case BO_Shl:
  case BO_ShlAssign:
    return Op::Shl;
  case BO_Shr:
  case BO_ShrAssign:
    return Op::Shr;
  case BO_And:
  case BO_AndAssign:
    return Op::And;
  case BO_Or:
  case BO_OrAssign:
    return Op::Or;
  case BO_Xor:
  case BO_XorAssign:
    return Op::Xor;
  default:
    return Op::None;
  }
}

ValueId FunctionBuilder::binaryValue(const BinaryOperator *E) {
  switch (E->getOpcode()) {
  case BO_Comma:
    return value(E->getRHS());
  case BO_Assign:
    return value(E->getLHS());
  case BO_LAnd:
  case BO_LOr:
    return V.binary(opOf(E->getOpcode()), condition(E->getLHS()), condition(E->getRHS()));
  case BO_PtrMemD:
  case BO_PtrMemI:
    return 0;
  default:
    break;
  }
  if (E->isCompoundAssignmentOp())
    return value(E->getLHS());
  return combine(E);
}

/// The result of an arithmetic operator (also of a compound assignment's).
ValueId FunctionBuilder::combine(const BinaryOperator *E) {
  ValueId L = value(E->getLHS()), R = value(E->getRHS());
  Op O = opOf(E->getOpcode());
  if (O == Op::None)
    return 0;
  if (O == Op::Add || O == Op::Sub) {
    if (E->getLHS()->getType()->isAnyPointerType() && E->getRHS()->getType()->isIntegralOrEnumerationType())
      return V.pointerAdd(L, O == Op::Sub ? V.unary(Op::Neg, R) : R);
    if (O == Op::Add && E->getRHS()->getType()->isAnyPointerType())
      return V.pointerAdd(R, L);
  }
  return V.binary(O, L, R);
}

ValueId FunctionBuilder::condition(const Expr *E) {
  while (true) {
    if (auto *P = dyn_cast<ParenExpr>(E))
      E = P->getSubExpr();
    else if (auto *Full = dyn_cast<FullExpr>(E))
      E = Full->getSubExpr();
    else if (auto *Cast = dyn_cast<ImplicitCastExpr>(E);
             Cast &&
             (Cast->getCastKind() == CK_IntegralToBoolean || Cast->getCastKind() == CK_PointerToBoolean ||
              Cast->getCastKind() == CK_MemberPointerToBoolean) &&
             !Roots.contains(E))
      E = Cast->getSubExpr();
    else
      break;
    if (Roots.contains(E))
      break;
  }
  if (auto It = Leaves.find(E); It != Leaves.end())
    return macroTemp(*It->second);
  if (suppressed(E) && !Roots.contains(E))
    return 0;
  return value(E);
}

ValueId FunctionBuilder::argument(const Expr *E) {
  ValueId A = value(E);
  return E->isGLValue() ? V.addrOf(A) : A;
}

ValueId FunctionBuilder::callValue(const CallExpr *E) {
  switch (E->getBuiltinCallee()) {
  case Builtin::BI__builtin_expect:
  case Builtin::BI__builtin_expect_with_probability:
    return condition(E->getArg(0));
  case Builtin::BI__builtin_constant_p:
  case Builtin::BI__builtin_object_size: {
    Expr::EvalResult R;
    if (!E->isValueDependent() && E->EvaluateAsInt(R, Ctx))
      return V.integer(R.Val.getInt().extOrTrunc(64).getSExtValue());
    return 0;
  }
  default:
    break;
  }
  if (suppressed(E) || E->getType()->isVoidType())
    return 0;
  return E->isGLValue() ? V.deref(tempOf(E)) : tempOf(E);
}

} // namespace gilray::extract
