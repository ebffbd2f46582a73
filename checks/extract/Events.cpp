// CFG elements -> events: what C and C++ have in common.
#include "extract/FunctionBuilder.h"
#include "clang/AST/StmtOpenMP.h"
#include "clang/Basic/Builtins.h"
#include "clang/Lex/Lexer.h"

namespace gilray::extract {

using namespace clang;
using ir::EventKind;
using ir::Op;
using ir::ValueId;
using ir::ValueKind;
using llvm::StringRef;

/// Elements of a local array initialiser that get an event each; more are a data table.
static constexpr unsigned MaxLocalElements = 256;

ir::Event &FunctionBuilder::emit(EventKind K, ir::Loc Where) {
  std::vector<ir::Event> &Events = F.Blocks[Current].Events;
  if (Events.empty())
    Events.reserve(4); // most blocks have more than one
  ir::Event &E = Events.emplace_back();
  E.Kind = K;
  E.Where = Where;
  return E;
}

void FunctionBuilder::qualify(ir::Event &E, QualType T) {
  if (T.isVolatileQualified())
    E.Volatile = true;
  if (T->isAtomicType())
    E.Order = ir::Ordering::SeqCst;
}

ir::Event &FunctionBuilder::write(ValueId Dst, ValueId Src, ir::Loc Where) {
  bool Local = V.is(Dst, ValueKind::Var) || V.is(Dst, ValueKind::Temp);
  ir::Event &E = emit(Local ? EventKind::Assign : EventKind::Write, Where);
  E.Dst = Dst;
  E.Src = Src;
  return E;
}

void FunctionBuilder::element(const CFGElement &E) {
  switch (E.getKind()) {
  case CFGElement::Statement: {
    const Stmt *S = E.castAs<CFGStmt>().getStmt();
    statement(S);
    if (Region *Closed = Trail.lookup(S))
      emitMacro(*Closed);
    break;
  }
  case CFGElement::Constructor: {
    auto C = E.castAs<CFGConstructor>();
    auto *Construct = cast<CXXConstructExpr>(C.getStmt());
    if (!suppressed(Construct))
      construct(Construct, constructDest(C.getConstructionContext(), Construct));
    arms(Construct);
    break;
  }
  case CFGElement::CXXRecordTypedCall:
    statement(E.castAs<CFGCXXRecordTypedCall>().getStmt());
    if (Region *Closed = Trail.lookup(E.castAs<CFGCXXRecordTypedCall>().getStmt()))
      emitMacro(*Closed);
    break;
  case CFGElement::Initializer:
    initializer(E.castAs<CFGInitializer>().getInitializer());
    break;
  case CFGElement::CleanupFunction: {
    auto C = E.castAs<CFGCleanupFunction>();
    const VarDecl *Var = C.getVarDecl();
    ir::Event &Call = emit(EventKind::Call, U.loc(Var->getLocation()));
    Call.Callee = U.callee(C.getFunctionDecl());
    Call.Args.push_back(V.addrOf(V.var(variable(Var))));
    Call.Implicit = true;
    break;
  }
  case CFGElement::AutomaticObjectDtor:
  case CFGElement::DeleteDtor:
  case CFGElement::BaseDtor:
  case CFGElement::MemberDtor:
  case CFGElement::TemporaryDtor:
    destroy(E.castAs<CFGImplicitDtor>());
    break;
  default:
    break;
  }
}

/// Elements at which the effects of a modelled macro's body begin.
static bool isSignificant(const Stmt *S) {
  if (isa<CallExpr, DeclStmt, ReturnStmt, CompoundAssignOperator, StmtExpr>(S))
    return true;
  if (auto *B = dyn_cast<BinaryOperator>(S))
    return B->isAssignmentOp();
  if (auto *Unary = dyn_cast<UnaryOperator>(S))
    return Unary->isIncrementDecrementOp();
  return false;
}

void FunctionBuilder::statement(const Stmt *S) {
  if (!Lead.empty())
    if (auto It = Lead.find(S); It != Lead.end())
      for (Region *R : It->second)
        emitMacro(*R);
  if (Region *R = region(S)) {
    if (isSignificant(S) || RegionTops.contains(S))
      emitMacro(*R);
    if (auto *Ret = dyn_cast<ReturnStmt>(S))
      LastReturn = Ret, ReturnValue = 0; // Py_VISIT returns from the function that uses it
    arms(S);
    return;
  }
  if (Outlined.contains(S))
    return;
  switch (S->getStmtClass()) {
  case Stmt::CallExprClass:
    call(cast<CallExpr>(S));
    break;
  case Stmt::BinaryOperatorClass:
  case Stmt::CompoundAssignOperatorClass:
    assignment(cast<BinaryOperator>(S));
    break;
  case Stmt::UnaryOperatorClass:
    increment(cast<UnaryOperator>(S));
    break;
  case Stmt::DeclStmtClass:
    declaration(cast<DeclStmt>(S));
    break;
  case Stmt::ImplicitCastExprClass:
    if (cast<CastExpr>(S)->getCastKind() == CK_LValueToRValue)
      read(cast<CastExpr>(S)->getSubExpr());
    break;
  case Stmt::ConditionalOperatorClass:
  case Stmt::BinaryConditionalOperatorClass:
    join(cast<AbstractConditionalOperator>(S));
    break;
  case Stmt::CompoundLiteralExprClass: {
    auto *L = cast<CompoundLiteralExpr>(S);
    if (!L->isFileScope())
      initialise(tempOf(L), L->getInitializer(), L);
    break;
  }
  case Stmt::InitListExprClass: {
    auto *L = cast<InitListExpr>(S);
    if ((L->getType()->isRecordType() || L->getType()->isArrayType()) && !NestedLists.contains(L))
      initialise(value(L), L, L);
    break;
  }
  case Stmt::ReturnStmtClass: {
    LastReturn = cast<ReturnStmt>(S);
    const Expr *Value = LastReturn->getRetValue();
    ReturnValue = !Value || Value->getType()->isVoidType() ? 0 : argument(Value);
    break;
  }
  case Stmt::AtomicExprClass:
    atomic(cast<AtomicExpr>(S));
    break;
  case Stmt::GCCAsmStmtClass:
    assembly(cast<GCCAsmStmt>(S));
    break;
  default:
    if (!cxxStatement(S))
      if (auto *D = dyn_cast<OMPExecutableDirective>(S))
        fork(D);
  }
  arms(S);
}

void FunctionBuilder::arms(const Stmt *S) {
  if (Arms.empty())
    return;
  auto It = Arms.find(S);
  if (It == Arms.end())
    return;
  for (const AbstractConditionalOperator *C : It->second) {
    auto *Arm = cast<Expr>(S);
    ++ArmsSeen[C];
    // Values first: they may emit macro events of their own.
    ValueId Src = C->isGLValue() ? V.addrOf(value(Arm)) : value(Arm);
    write(tempOf(C), Src, U.loc(Arm));
  }
}

void FunctionBuilder::join(const AbstractConditionalOperator *E) {
  // An arm that the CFG does not list as an element (rare forms of expressions) leaves the temporary unassigned.
  if (!E->getType()->isVoidType() && ArmsSeen.lookup(E) == 0)
    emit(EventKind::Assign, U.loc(E)).Dst = tempOf(E);
}

void FunctionBuilder::read(const Expr *E) {
  // Most of what is read are locals: no event.
  if (auto *Ref = dyn_cast<DeclRefExpr>(E))
    if (auto Known = LocalPaths.find(Ref->getDecl()); Known != LocalPaths.end() && V.is(Known->second, ValueKind::Var))
      return;
  ValueId Path = value(E);
  switch (V.get(Path).Kind) {
  case ValueKind::Global:
  case ValueKind::Deref:
  case ValueKind::Field:
  case ValueKind::Index: {
    ir::Event &R = emit(EventKind::Read, U.loc(E));
    R.Src = Path;
    qualify(R, E->getType());
    break;
  }
  default:
    break;
  }
}

void FunctionBuilder::assignment(const BinaryOperator *E) {
  if (!E->isAssignmentOp()) {
    if (E->isAdditiveOp() || E->isMultiplicativeOp() || E->isShiftOp() || E->isBitwiseOp())
      ++Work[Current];
    return;
  }
  bool Compound = E->isCompoundAssignmentOp();
  ValueId Dst = value(E->getLHS());
  ValueId Src = Compound ? combine(E) : value(E->getRHS());
  ir::Event &W = write(Dst, Src, U.loc(E));
  W.Compound = Compound;
  qualify(W, E->getLHS()->getType());
  Work[Current] += Compound;
}

void FunctionBuilder::increment(const UnaryOperator *E) {
  if (!E->isIncrementDecrementOp())
    return;
  ++Work[Current];
  const Expr *Sub = E->getSubExpr();
  ir::Loc Where = U.loc(E);
  ValueId Path = value(Sub);
  if (E->isPostfix() && !Discards.contains(E))
    write(tempOf(E), Path, Where);
  ValueId One = V.integer(E->isIncrementOp() ? 1 : -1);
  ValueId New = Sub->getType()->isAnyPointerType() ? V.pointerAdd(Path, One) : V.binary(Op::Add, Path, One);
  ir::Event &W = write(Path, New, Where);
  W.Compound = true;
  qualify(W, Sub->getType());
}

void FunctionBuilder::declaration(const DeclStmt *S) {
  for (const Decl *D : S->decls()) {
    auto *Var = dyn_cast<VarDecl>(D);
    if (!Var || Var->hasExternalStorage())
      continue;
    if (Var->isStaticLocal()) {
      U.staticLocal(Var, F.Id);
      staticLocalInit(Var, S);
      continue;
    }
    ValueId Path = V.var(variable(Var));
    if (HasTry && U.isCxx())
      ObjectTry[Var->getType()->isReferenceType() ? Path : V.addrOf(Path)] = TryOf.lookup(S);
    const Expr *Init = Var->getInit();
    ir::Loc Where = U.loc(Var->getLocation(), Var->getSourceRange());
    if (!Init) {
      if (!Var->getType()->getAsCXXRecordDecl())
        write(Path, V.undef(), Where);
    } else if (Var->getType()->isReferenceType()) {
      write(Path, V.addrOf(value(Init)), Where);
    } else {
      initialise(Path, Init, S);
    }
    if (auto *Parts = dyn_cast<DecompositionDecl>(Var))
      for (const BindingDecl *B : Parts->bindings())
        if (const VarDecl *Holder = B->getHoldingVar(); Holder && Holder->getInit())
          write(V.var(variable(Holder)), V.addrOf(value(Holder->getInit())), Where);
  }
}

void FunctionBuilder::initialise(ValueId Path, const Expr *E, const Stmt *At) {
  while (true) {
    if (auto *P = dyn_cast<ParenExpr>(E))
      E = P->getSubExpr();
    else if (auto *Full = dyn_cast<FullExpr>(E))
      E = Full->getSubExpr();
    else
      break;
  }
  auto *List = dyn_cast<InitListExpr>(E);
  if (List && List->isSyntacticForm() && List->getSemanticForm())
    List = List->getSemanticForm();
  if (!List || List->isTransparent() || List->isStringLiteralInit() ||
      !(List->getType()->isRecordType() || List->getType()->isArrayType())) {
    ValueId Src = value(E);
    if (Src != Path)
      write(Path, Src, U.loc(isa<DeclStmt>(At) ? At : E));
    return;
  }
  auto One = [&](ValueId Sub, const Expr *Init) {
    if (!isa<ImplicitValueInitExpr>(Init))
      initialise(Sub, Init, Init);
    else if (Init->getType()->isScalarType())
      write(Sub, value(Init), U.loc(List)).Implicit = true;
  };
  if (const RecordDecl *R = List->getType()->getAsRecordDecl()) {
    if (R->isUnion()) {
      if (const FieldDecl *Field = List->getInitializedFieldInUnion(); Field && List->getNumInits())
        One(fieldOf(Path, Field), List->getInit(0));
      return;
    }
    unsigned I = 0;
    if (auto *C = dyn_cast<CXXRecordDecl>(R))
      I = C->getNumBases();
    for (const FieldDecl *Field : R->fields()) {
      if (Field->isUnnamedBitField())
        continue;
      if (I >= List->getNumInits())
        break;
      One(fieldOf(Path, Field), List->getInit(I++));
    }
    return;
  }
  for (unsigned I = 0; I < List->getNumInits() && I < MaxLocalElements; ++I)
    One(V.element(Path, V.integer(I)), List->getInit(I));
}

void FunctionBuilder::call(const CallExpr *E) {
  switch (E->getBuiltinCallee()) {
  case Builtin::BI__builtin_expect:
  case Builtin::BI__builtin_expect_with_probability:
  case Builtin::BI__builtin_constant_p:
  case Builtin::BI__builtin_object_size:
  case Builtin::BI__builtin_assume:
  case Builtin::BI__builtin_unreachable:
    return;
  default:
    break;
  }
  // Values first: they may emit macro events of their own.
  llvm::SmallVector<ValueId, 4> Args;
  const FunctionDecl *Direct = E->getDirectCallee();
  ir::CalleeId Callee = 0;
  ValueId Target = 0;
  const Expr *Fn = E->getCallee()->IgnoreParenImpCasts();
  if (auto *Member = dyn_cast<MemberExpr>(Fn); Member && isa<CXXMemberCallExpr>(E)) {
    auto *Method = dyn_cast_or_null<CXXMethodDecl>(Direct);
    const Expr *Object = Member->getBase();
    if (!Method || !Method->isStatic())
      Args.push_back(Member->isArrow() ? value(Object) : V.addrOf(value(Object)));
    if (Method)
      Callee = U.callee(Method, Method->isVirtual() && !Member->hasQualifier() && !Method->hasAttr<FinalAttr>());
  } else if (const MacroUse *Named = NamedCallees.lookup(E)) {
    Callee = U.macroCallee(*Named);
  } else if (Direct) {
    Callee = U.callee(Direct);
  } else {
    Target = value(E->getCallee());
  }
  for (const Expr *Arg : E->arguments())
    Args.push_back(argument(Arg));
  ir::Loc Where = U.loc(E);
  ir::Event &C = emit(EventKind::Call, Where);
  C.Callee = Callee;
  C.Target = Target;
  C.Args = std::move(Args);
  // An object that nobody uses is destroyed all the same.
  if (!E->getType()->isVoidType() && (!Discards.contains(E) || (E->isPRValue() && E->getType()->isRecordType())))
    C.Result = tempOf(E);
  if (HasTry && E->getType()->isRecordType())
    ObjectTry[V.addrOf(tempOf(E))] = TryOf.lookup(E);
  mayThrow(C, E);
}

/// An argument that the expansion does not use: only a plain variable's name can be understood.
ValueId FunctionBuilder::namedArgument(llvm::ArrayRef<SourceRange> Written) {
  if (Written.size() != 1 || Written[0].getBegin() != Written[0].getEnd())
    return 0;
  StringRef Text = Lexer::getSourceText(CharSourceRange::getTokenRange(Written[0]), U.SM, Ctx.getLangOpts());
  for (ir::VarId I = F.Vars.size(); I-- > 0 && !Text.empty();)
    if (F.Vars[I].Name == Text)
      return V.var(I);
  return 0;
}

void FunctionBuilder::emitMacro(Region &R) {
  if (R.Emitted)
    return;
  R.Emitted = true;
  const MacroUse *Use = U.PP.use(R.Macro);
  llvm::SmallVector<ValueId, 4> Args;
  R.Args.resize(std::max(R.Args.size(), Use->Args.size()));
  for (unsigned I = 0; I < R.Args.size(); ++I) {
    const Expr *Arg = R.Args[I];
    Args.push_back(Arg && !Arg->getType()->isVoidType() ? value(Arg)
                   : I < Use->Args.size()               ? namedArgument(Use->Args[I])
                                                        : 0);
  }
  ir::Event &E = emit(EventKind::Macro, U.loc(R.Macro, Use->Range));
  E.Callee = U.macroCallee(*Use);
  E.Args = std::move(Args);
  // An expansion that names an object (Py_TYPE(o) = t) is used as a path.
  if (R.Root && !R.Root->isGLValue()) {
    R.Temp = NextTemp++;
    E.Result = V.temp(R.Temp);
    E.Type = U.type(R.Root->getType());
  }
}

static ir::Ordering orderingOf(int64_t N) {
  switch (N) {
  case 0:
    return ir::Ordering::Relaxed;
  case 1:
  case 2:
    return ir::Ordering::Acquire;
  case 3:
    return ir::Ordering::Release;
  case 4:
    return ir::Ordering::AcqRel;
  default:
    return ir::Ordering::SeqCst;
  }
}

void FunctionBuilder::atomic(const AtomicExpr *E) {
  ValueId Path = V.deref(value(E->getPtr()));
  ValueId Order = E->getOp() == AtomicExpr::AO__c11_atomic_init ? 0 : value(E->getOrder());
  ir::Ordering O = V.is(Order, ValueKind::Int) ? orderingOf(V.get(Order).Int) : ir::Ordering::SeqCst;
  StringRef Name = E->getOpAsString();
  bool Load = Name.contains("_load");
  ir::Event &A = emit(Load ? EventKind::Read : EventKind::Write, U.loc(E));
  A.Order = O;
  if (Load) {
    A.Src = Path;
  } else {
    A.Dst = Path;
    A.Compound = !Name.contains("_store") && !Name.contains("_init");
  }
  if (!E->getType()->isVoidType() && !Discards.contains(E)) {
    ir::Event &Result = emit(EventKind::Assign, U.loc(E));
    Result.Dst = tempOf(E);
    Result.Src = Load && Name.ends_with("_n") ? Path : 0;
  }
}

void FunctionBuilder::assembly(const GCCAsmStmt *S) {
  for (const Expr *Out : S->outputs())
    write(value(Out), 0, U.loc(S));
}

} // namespace gilray::extract
