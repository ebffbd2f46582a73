// C++ statements -> events: construction and destruction, new and delete, static locals, throw.
#include "extract/FunctionBuilder.h"

namespace gilray::extract {

using namespace clang;
using ir::EventKind;
using ir::TermKind;
using ir::ValueId;
using ir::ValueKind;

bool FunctionBuilder::cxxStatement(const Stmt *S) {
  switch (S->getStmtClass()) {
  case Stmt::CXXMemberCallExprClass:
  case Stmt::CXXOperatorCallExprClass:
  case Stmt::UserDefinedLiteralClass:
    call(cast<CallExpr>(S));
    return true;
  case Stmt::CXXConstructExprClass:
  case Stmt::CXXTemporaryObjectExprClass:
    construct(cast<CXXConstructExpr>(S), 0);
    return true;
  case Stmt::CXXNewExprClass:
    newExpr(cast<CXXNewExpr>(S));
    return true;
  case Stmt::CXXDeleteExprClass:
    deleteExpr(cast<CXXDeleteExpr>(S));
    return true;
  case Stmt::CXXDefaultArgExprClass:
    // The CFG does not look inside; constructors and calls there run at each call.
    {
      // Evaluated by the call, so that is where a reader has to look, not at the declaration.
      size_t First = F.Blocks[Current].Events.size();
      defaultArgument(cast<CXXDefaultArgExpr>(S)->getExpr());
      ir::Loc Used = U.loc(cast<CXXDefaultArgExpr>(S)->getUsedLocation());
      for (ir::Event &E : llvm::drop_begin(F.Blocks[Current].Events, First))
        E.Where = Used;
    }
    return true;
  case Stmt::CXXBindTemporaryExprClass:
    if (TemporaryFlags.contains(S))
      write(temporaryFlag(S), V.integer(1), U.loc(S)).Implicit = true;
    return true;
  case Stmt::MaterializeTemporaryExprClass: {
    const Expr *Sub = cast<MaterializeTemporaryExpr>(S)->getSubExpr();
    if (ValueId Object = value(cast<Expr>(S)); Object && Object == tempOf(S))
      write(Object, value(Sub), U.loc(S)).Implicit = true;
    return true;
  }
  default:
    return false;
  }
}

void FunctionBuilder::defaultArgument(const Expr *E) {
  for (const Stmt *Child : E->children())
    if (auto *Sub = dyn_cast_or_null<Expr>(Child))
      defaultArgument(Sub);
  if (isa<CallExpr, CXXConstructExpr, CXXNewExpr, MaterializeTemporaryExpr>(E))
    statement(E);
}

ValueId FunctionBuilder::constructDest(const ConstructionContext *C, const Expr *E) {
  if (!C)
    return 0;
  switch (C->getKind()) {
  case ConstructionContext::SimpleVariableKind:
  case ConstructionContext::CXX17ElidedCopyVariableKind: {
    const DeclStmt *S = cast<VariableConstructionContext>(C)->getDeclStmt();
    auto *Var = S->isSingleDecl() ? dyn_cast<VarDecl>(S->getSingleDecl()) : nullptr;
    if (!Var || Var->getType()->isReferenceType() || Var->getType()->isArrayType())
      return 0;
    if (Var->isStaticLocal()) {
      U.staticLocal(Var, F.Id);
      return V.global(U.globalId(Var));
    }
    return V.var(variable(Var));
  }
  case ConstructionContext::SimpleConstructorInitializerKind:
  case ConstructionContext::CXX17ElidedCopyConstructorInitializerKind: {
    const CXXCtorInitializer *I = cast<ConstructorInitializerConstructionContext>(C)->getCXXCtorInitializer();
    ValueId This = V.deref(V.var(0));
    if (I->isAnyMemberInitializer())
      return I->getAnyMember()->getType()->isReferenceType() ? 0 : fieldOf(This, I->getAnyMember());
    if (I->isBaseInitializer())
      return V.deref(V.cast(V.var(0), U.type(Ctx.getPointerType(QualType(I->getBaseClass(), 0)))));
    return This;
  }
  case ConstructionContext::NewAllocatedObjectKind: {
    const CXXNewExpr *New = cast<NewAllocatedObjectConstructionContext>(C)->getCXXNewExpr();
    NewTemps[tempNumber(New)] = New;
    return V.deref(tempOf(New));
  }
  default:
    return 0;
  }
}

void FunctionBuilder::construct(const CXXConstructExpr *E, ValueId Dest) {
  if (!Dest)
    Dest = Dests.lookup(E);
  if (E->isElidable() && E->getNumArgs() >= 1 && !Dest)
    return; // represented by the object it would have copied
  if (Dest)
    Dests[E] = Dest;
  ValueId Object = Dest ? Dest : tempOf(E);
  llvm::SmallVector<ValueId, 4> Args{V.addrOf(Object)};
  for (const Expr *Arg : E->arguments())
    Args.push_back(argument(Arg));
  bool Implicit = E->getParenOrBraceRange().isInvalid() && !isa<CXXTemporaryObjectExpr>(E);
  if (const Expr *New = newOf(Object))
    allocate(cast<CXXNewExpr>(New));
  ir::Event &C = emit(EventKind::Construct, U.loc(E));
  C.Callee = U.callee(E->getConstructor());
  C.Args = std::move(Args);
  C.Type = U.type(E->getType());
  C.Implicit = Implicit && E->getConstructor()->isCopyOrMoveConstructor();
  if (HasTry)
    ObjectTry[C.Args[0]] = TryOf.lookup(E);
  mayThrow(C, E);
  if (isOwnPart(Object))
    if (auto Undo = destruction(C.Args[0], E->getType(), C.Where))
      BuiltParts.push_back(std::move(*Undo));
}

/// Is this a base or member of the object under construction, or (for a delegating constructor) that object?
bool FunctionBuilder::isOwnPart(ValueId Object) const {
  ValueId Root = V.root(Object);
  if (F.Kind != ir::FunctionKind::Constructor || !V.is(Root, ValueKind::Deref))
    return false;
  ValueId Pointer = V.get(Root).A;
  if (V.is(Pointer, ValueKind::Cast)) // to a base
    Pointer = V.get(Pointer).A;
  return V.is(Pointer, ValueKind::Var) && V.get(Pointer).Ref == 0;
}

/// The new-expression whose storage Object is, or null.
const Expr *FunctionBuilder::newOf(ValueId Object) const {
  if (!V.is(Object, ValueKind::Deref) || !V.is(V.get(Object).A, ValueKind::Temp))
    return nullptr;
  auto It = NewTemps.find(V.get(V.get(Object).A).Ref);
  return It == NewTemps.end() ? nullptr : It->second;
}

/// operator new runs before the constructor, which the CFG lists before the new-expression.
void FunctionBuilder::allocate(const CXXNewExpr *E) {
  if (!Allocated.insert(E).second)
    return;
  const FunctionDecl *New = E->getOperatorNew();
  llvm::SmallVector<ValueId, 4> Args{0};
  for (const Expr *Arg : E->placement_arguments())
    Args.push_back(argument(Arg));
  ir::Event &C = emit(EventKind::Call, U.loc(E));
  if (New)
    C.Callee = U.callee(New);
  C.Args = std::move(Args);
  C.Result = tempOf(E);
  mayThrow(C, E);
}

void FunctionBuilder::newExpr(const CXXNewExpr *E) {
  allocate(E);
  const Expr *Init = E->getInitializer();
  if (!Init || Init->getType()->isArrayType() || isa<CXXConstructExpr>(Init->IgnoreParenImpCasts()))
    return;
  initialise(V.deref(tempOf(E)), Init, Init);
}

void FunctionBuilder::deleteExpr(const CXXDeleteExpr *E) {
  const FunctionDecl *Delete = E->getOperatorDelete();
  ValueId Pointer = value(E->getArgument());
  ir::Event &C = emit(EventKind::Call, U.loc(E));
  if (Delete)
    C.Callee = U.callee(Delete);
  C.Args.push_back(Pointer);
}

/// Members are constructed in place, also by `T member{...}` in the class.
void FunctionBuilder::prepareInitializer(const CXXCtorInitializer *I) {
  if (!I->isAnyMemberInitializer() || !I->getInit())
    return;
  const Expr *Init = I->getInit()->IgnoreImplicit();
  if (auto *Default = dyn_cast<CXXDefaultInitExpr>(Init)) {
    survey(Default->getExpr(), nullptr, nullptr, false);
    Init = Default->getExpr()->IgnoreImplicit();
  }
  if (isa<CXXConstructExpr>(Init) && I->getAnyMember()->getType()->isRecordType())
    Dests[Init] = fieldOf(V.deref(V.var(0)), I->getAnyMember());
  if (isa<InitListExpr>(Init))
    NestedLists.insert(Init);
}

void FunctionBuilder::initializer(const CXXCtorInitializer *I) {
  const Expr *Init = I->getInit();
  if (!Init || !I->isAnyMemberInitializer())
    return; // bases are constructed by their Construct event
  const FieldDecl *Field = I->getAnyMember();
  ValueId Path = fieldOf(V.deref(V.var(0)), Field);
  if (Field->getType()->isReferenceType()) {
    write(Path, V.addrOf(value(Init)), U.loc(Init));
    return;
  }
  initialise(Path, Init, Init); // nothing if it was constructed in place
}

std::optional<ir::Event> FunctionBuilder::destruction(ValueId Address, QualType T, const ir::Loc &Where) {
  T = Ctx.getBaseElementType(T);
  const CXXRecordDecl *R = T->getAsCXXRecordDecl();
  if (!R || !R->hasDefinition() || R->hasTrivialDestructor())
    return std::nullopt;
  ir::Event E;
  E.Kind = EventKind::Destroy;
  E.Where = Where;
  if (const CXXDestructorDecl *D = R->getDestructor())
    E.Callee = U.callee(D, false);
  E.Args.push_back(Address);
  E.Type = U.type(T.getUnqualifiedType());
  E.Implicit = true;
  return E;
}

void FunctionBuilder::destroyAt(ValueId Address, QualType T, ir::Loc Where, bool Implicit) {
  if (auto E = destruction(Address, T, Where)) {
    E->Implicit = Implicit;
    emit(EventKind::Destroy, Where) = std::move(*E);
  }
}

void FunctionBuilder::destroy(const CFGImplicitDtor &E) {
  switch (E.getKind()) {
  case CFGElement::AutomaticObjectDtor: {
    auto D = E.castAs<CFGAutomaticObjDtor>();
    const VarDecl *Var = D.getVarDecl();
    const Stmt *At = D.getTriggerStmt();
    // A parameter is the caller's to destroy, at the end of the full expression that made it.
    if (isa<ParmVarDecl>(Var) || OutlinedVars.contains(Var))
      break;
    // Where the scope ends: its brace, or the return, break or goto that leaves it.
    ir::Loc Where = !At                     ? U.loc(Var->getLocation())
                    : isa<CompoundStmt>(At) ? U.loc(At->getEndLoc())
                                            : U.loc(At->getBeginLoc(), At->getSourceRange());
    ValueId Path = V.var(variable(Var));
    QualType T = Var->getType();
    if (T->isReferenceType())
      destroyAt(Path, T->getPointeeType(), Where, true); // a temporary that the reference keeps alive
    else
      destroyAt(V.addrOf(Path), T, Where, true);
    break;
  }
  case CFGElement::DeleteDtor: {
    const CXXDeleteExpr *D = E.castAs<CFGDeleteDtor>().getDeleteExpr();
    if (suppressed(D))
      break;
    QualType T = D->getDestroyedType();
    destroyAt(value(D->getArgument()), T, U.loc(D), false);
    const CXXRecordDecl *R = T->getAsCXXRecordDecl();
    if (R && R->hasDefinition() && R->getDestructor() && R->getDestructor()->isVirtual() &&
        !F.Blocks[Current].Events.empty() && F.Blocks[Current].Events.back().Kind == EventKind::Destroy)
      F.Blocks[Current].Events.back().Callee = U.callee(R->getDestructor(), true);
    break;
  }
  case CFGElement::TemporaryDtor: {
    const CXXBindTemporaryExpr *Bind = E.castAs<CFGTemporaryDtor>().getBindTemporaryExpr();
    if (suppressed(Bind) || InPlace.contains(Bind))
      break;
    destroyAt(V.addrOf(value(Bind)), Bind->getType(), U.loc(Bind->getEndLoc()), true);
    if (TemporaryFlags.contains(Bind))
      write(temporaryFlag(Bind), V.integer(0), U.loc(Bind)).Implicit = true;
    break;
  }
  case CFGElement::BaseDtor: {
    const CXXBaseSpecifier *B = E.castAs<CFGBaseDtor>().getBaseSpecifier();
    destroyAt(V.cast(V.var(0), U.type(Ctx.getPointerType(B->getType()))), B->getType(), F.End, true);
    break;
  }
  case CFGElement::MemberDtor: {
    const FieldDecl *Field = E.castAs<CFGMemberDtor>().getFieldDecl();
    destroyAt(V.addrOf(fieldOf(V.deref(V.var(0)), Field)), Field->getType(), F.End, true);
    break;
  }
  default:
    break;
  }
}

void FunctionBuilder::buildImplicitDestructor(const CXXDestructorDecl *D) {
  head(D);
  F.End = F.Where;
  F.Blocks.emplace_back();
  const CXXRecordDecl *R = D->getParent();
  llvm::SmallVector<const FieldDecl *> Fields(R->fields());
  for (const FieldDecl *Field : llvm::reverse(Fields))
    if (!R->isUnion())
      destroyAt(V.addrOf(fieldOf(V.deref(V.var(0)), Field)), Field->getType(), F.Where, true);
  llvm::SmallVector<QualType> Bases;
  for (const CXXBaseSpecifier &B : R->bases())
    if (!B.isVirtual())
      Bases.push_back(B.getType());
  for (QualType B : llvm::reverse(Bases))
    destroyAt(V.cast(V.var(0), U.type(Ctx.getPointerType(B))), B, F.Where, true);
  ir::Terminator &T = F.Blocks[0].Term;
  T.Kind = TermKind::Return;
  T.Jump = ir::JumpKind::EndOfFunction;
  T.Where = F.Where;
}

void FunctionBuilder::buildGlobalDestructor(const VarDecl *Var) {
  F.Kind = ir::FunctionKind::GlobalDestructor;
  F.Link = ir::Linkage::Internal;
  F.Where = F.End = U.loc(Var->getLocation());
  F.Blocks.emplace_back();
  destroyAt(V.addrOf(V.global(U.globalId(Var))), Var->getType(), F.Where, true);
  ir::Terminator &T = F.Blocks[0].Term;
  T.Kind = TermKind::Return;
  T.Jump = ir::JumpKind::EndOfFunction;
  T.Where = F.Where;
}

void FunctionBuilder::buildGlobalInit(const VarDecl *Var) {
  F.Kind = ir::FunctionKind::GlobalInit;
  F.Link = ir::Linkage::Internal;
  F.Where = U.loc(Var->getLocation());
  F.End = U.loc(Var->getEndLoc());
  GlobalInit = Var;
  const Expr *Init = Var->getInit();
  const Expr *Inner = Init->IgnoreImplicit();
  if (isa<CXXConstructExpr>(Inner) && Var->getType()->isRecordType())
    Dests[Inner] = V.global(U.globalId(Var));
  buildBody(Var, const_cast<Expr *>(Init));
}

/// `static T x = f();`: the first thread that comes by takes the guard and initialises.
void FunctionBuilder::staticInitBranch(const CFGBlock &B, const DeclStmt *S) {
  auto *Var = dyn_cast<VarDecl>(S->getSingleDecl());
  if (!Var || !U.isDynamicInit(Var)) {
    // Constant initialisation happened before the program ran.
    const CFGBlock *After = B.succ_begin()[0].getReachableBlock();
    ir::Terminator &T = F.Blocks[Current].Term;
    if (!After || After == &Graph->getExit())
      return jump(B, ir::JumpKind::Fallthrough, nullptr);
    T.Kind = TermKind::Jump;
    T.Succs = {IdOf[After->getBlockID()]};
    return;
  }
  U.staticLocal(Var, F.Id);
  branch(B, 0, nullptr);
  ir::Terminator &T = F.Blocks[Current].Term;
  T.Where = U.loc(Var->getLocation());
  if (T.Kind != TermKind::Branch)
    return;
  ir::Event Enter;
  Enter.Kind = EventKind::GuardEnter;
  Enter.Dst = V.global(U.globalId(Var));
  Enter.Where = T.Where;
  auto &Events = F.Blocks[T.Succs[1]].Events;
  Events.insert(Events.begin(), std::move(Enter));
}

void FunctionBuilder::staticLocalInit(const VarDecl *Var, const DeclStmt *S) {
  if (!U.isDynamicInit(Var))
    return;
  const Expr *Init = Var->getInit();
  ValueId Path = V.global(U.globalId(Var));
  if (Init && Var->getType()->isReferenceType())
    write(Path, V.addrOf(value(Init)), U.loc(S));
  else if (Init)
    initialise(Path, Init, S);
  emit(EventKind::GuardLeave, U.loc(S)).Dst = Path;
}

ValueId FunctionBuilder::temporaryFlag(const Stmt *Bind) {
  auto [It, New] = TemporaryFlags.try_emplace(Bind, NextTemp);
  if (New)
    ++NextTemp;
  return V.temp(It->second);
}

void FunctionBuilder::entryEvents() {
  // A temporary that is made on some paths only is destroyed if its flag says so: f(c ? T(1) : t)
  for (const CFGBlock *B : *Graph)
    if (B->getTerminator().isTemporaryDtorsBranch() && B->getTerminatorStmt())
      write(temporaryFlag(B->getTerminatorStmt()), V.integer(0), F.Where).Implicit = true;
}

} // namespace gilray::extract
