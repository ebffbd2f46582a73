// Heads of functions, blocks and terminators. See FunctionBuilder.h for the steps.
#include "extract/FunctionBuilder.h"
#include "llvm/Support/PrettyStackTrace.h"
#include "llvm/Support/raw_ostream.h"

namespace gilray::extract {

using namespace clang;
using ir::BlockId;
using ir::EventKind;
using ir::JumpKind;
using ir::NoBlock;
using ir::TermKind;
using ir::ValueId;

void FunctionBuilder::head(const FunctionDecl *D) {
  Func = D;
  F.Id = U.functionId(D);
  F.Name = U.U.Callees[U.callee(D)].Name;
  F.Link = U.linkage(D);
  F.NoReturn = D->isNoReturn();
  F.NoThrow = U.noThrow(D);
  F.Header = U.U.Callees[U.callee(D)].Header;
  F.Result = U.type(D->getReturnType());
  F.Where = U.loc(D->getLocation());
  if (D->hasAttr<DestructorAttr>()) // __attribute__((destructor)): runs when the library is unloaded
    F.Kind = ir::FunctionKind::GlobalDestructor;
  if (auto *M = dyn_cast<CXXMethodDecl>(D)) {
    F.Record = U.recordName(M->getParent());
    F.Virtual = M->isVirtual();
    F.Kind = isa<CXXConstructorDecl>(M)   ? ir::FunctionKind::Constructor
             : isa<CXXDestructorDecl>(M)  ? ir::FunctionKind::Destructor
             : M->getParent()->isLambda() ? ir::FunctionKind::Lambda
                                          : ir::FunctionKind::Method;
    for (const CXXMethodDecl *O : M->overridden_methods())
      F.Overrides.push_back(U.functionId(O));
    if (!M->isStatic())
      F.Vars.push_back(
          {U.U.intern("this"), U.type(Ctx.getPointerType(Ctx.getCanonicalTagType(M->getParent()))), F.Where});
    if (F.Kind == ir::FunctionKind::Lambda)
      LambdaBody = M;
  }
  for (const ParmVarDecl *P : D->parameters()) {
    VarIds[cast<VarDecl>(P->getCanonicalDecl())] = F.Vars.size();
    F.Vars.push_back({U.plainName(P), U.type(P->getType()), U.loc(P->getLocation())});
  }
  F.NumParams = F.Vars.size();
}

namespace {
/// Written only if Clang or extraction crashes.
class Extracting : public llvm::PrettyStackTraceEntry {
public:
  explicit Extracting(const FunctionDecl *D) : D(D) {}
  void print(llvm::raw_ostream &OS) const override { OS << "extracting function '" << D->getDeclName() << "'\n"; }

private:
  const FunctionDecl *D;
};
} // namespace

void FunctionBuilder::buildFunction(const FunctionDecl *D) {
  Extracting Crash(D);
  head(D);
  if (D->hasSkippedBody()) {
    F.Body = ir::BodyState::Skipped;
    return;
  }
  Stmt *Body = D->getBody();
  F.End = U.loc(Body->getEndLoc());
  HasErrors = D->isInvalidDecl() || U.Files.hasError(D->getSourceRange());
  // `T f() try { } catch ...` and constructors with initialisers: all parts are surveyed.
  if (auto *C = dyn_cast<CXXConstructorDecl>(D))
    for (const CXXCtorInitializer *I : C->inits()) {
      survey(I->getInit(), nullptr, nullptr, false);
      prepareInitializer(I);
    }
  buildBody(D, Body);
}

/// Which statements the graph is to list. In C the names, constants and parentheses that most of an AST consists of
/// mean nothing on their own, unless they are an arm of ?: or all that there is of a macro's expansion.
void FunctionBuilder::listElements(CFG::BuildOptions &Options) const {
  if (U.isCxx() || Ctx.getLangOpts().OpenMP || !Lead.empty()) {
    Options.setAllAlwaysAdd();
    return;
  }
  for (Stmt::StmtClass C :
       {Stmt::CallExprClass, Stmt::BinaryOperatorClass, Stmt::CompoundAssignOperatorClass, Stmt::UnaryOperatorClass,
        Stmt::DeclStmtClass, Stmt::ImplicitCastExprClass, Stmt::ConditionalOperatorClass,
        Stmt::BinaryConditionalOperatorClass, Stmt::CompoundLiteralExprClass, Stmt::InitListExprClass,
        Stmt::ReturnStmtClass, Stmt::AtomicExprClass, Stmt::GCCAsmStmtClass, Stmt::StmtExprClass})
    Options.setAlwaysAdd(C);
  for (const auto &[S, Operators] : Arms)
    Options.setAlwaysAdd(S->getStmtClass());
  for (const Stmt *S : RegionTops)
    Options.setAlwaysAdd(S->getStmtClass());
}

void FunctionBuilder::buildBody(const Decl *D, Stmt *Body) {
  if (isa<CoroutineBodyStmt>(Body)) { // its graph would be one run from top to bottom, which it is not
    F.Body = ir::BodyState::Coroutine;
    return;
  }
  if (!HasErrors)
    survey(Body, nullptr, nullptr, false);
  if (HasErrors) {
    F.Body = ir::BodyState::HasErrors;
    return;
  }
  CFG::BuildOptions Options;
  // Scopes, temporaries and constructors cost walks of their own, for nothing in most of C.
  Options.AddImplicitDtors = U.isCxx() || HasCleanup;
  Options.AddTemporaryDtors = Options.AddInitializers = Options.AddCXXDefaultInitExprInCtors =
      Options.AddRichCXXConstructors = Options.MarkElidedCXXConstructors = Options.AddStaticInitBranches = U.isCxx();
  Options.PruneTriviallyFalseEdges = HasKnown;
  listElements(Options);
  std::unique_ptr<CFG> Owned = CFG::buildCFG(D, Body, &Ctx, Options);
  if (!Owned) {
    F.Body = ir::BodyState::HasErrors;
    return;
  }
  if (Owned->size() > U.Opts.MaxBlocks) {
    F.Body = ir::BodyState::TooLarge;
    return;
  }
  Graph = Owned.get();

  // Reverse post-order over what is reachable: arms of ?: are translated before the block that joins them.
  std::vector<const CFGBlock *> Order;
  Order.reserve(Graph->size());
  llvm::DenseSet<const CFGBlock *> Seen;
  Seen.reserve(Graph->size());
  Seen.insert(&Graph->getEntry());
  std::vector<std::pair<const CFGBlock *, CFGBlock::const_succ_iterator>> Stack{
      {&Graph->getEntry(), Graph->getEntry().succ_begin()}};
  auto Visit = [&](const CFGBlock *B) {
    if (B && Seen.insert(B).second)
      Stack.push_back({B, B->succ_begin()});
  };
  auto Drain = [&] {
    while (!Stack.empty()) {
      auto &[B, It] = Stack.back();
      if (It == B->succ_end()) {
        Order.push_back(B);
        Stack.pop_back();
        continue;
      }
      const CFGBlock *Next = (It++)->getReachableBlock();
      Visit(Next);
    }
  };
  Drain();
  std::reverse(Order.begin(), Order.end());
  addHandlers(Order, Seen);

  IdOf.assign(Graph->getNumBlockIDs(), NoBlock);
  F.Blocks.reserve(Order.size());
  for (const CFGBlock *B : Order)
    if (B != &Graph->getExit()) {
      IdOf[B->getBlockID()] = F.Blocks.size();
      F.Blocks.emplace_back();
    }
  Work.assign(F.Blocks.size(), 0);
  for (const CFGBlock *B : Order) {
    if (B == &Graph->getExit())
      continue;
    Current = IdOf[B->getBlockID()];
    LastReturn = nullptr;
    ReturnValue = 0;
    buildBlock(*B);
  }
  unwind();
  finishGraph(F, std::move(Work));
}

void FunctionBuilder::buildBlock(const CFGBlock &B) {
  if (&B == &Graph->getEntry())
    entryEvents();
  if (auto *Catch = dyn_cast_or_null<CXXCatchStmt>(B.getLabel()))
    handlerEntry(Catch);
  for (const CFGElement &E : B)
    element(E);
  buildTerminator(B);
}

BlockId FunctionBuilder::target(const CFGBlock::AdjacentBlock &A) const {
  const CFGBlock *B = A.getReachableBlock();
  return B ? IdOf[B->getBlockID()] : NoBlock;
}

void FunctionBuilder::jump(const CFGBlock &B, JumpKind Kind, const Stmt *At) {
  const CFGBlock *To = nullptr;
  for (const CFGBlock::AdjacentBlock &A : B.succs())
    if (A.getReachableBlock())
      To = A.getReachableBlock();
  // { while (next()) .. }: the macro of the brace belongs before the loop, not at its head, where every round comes by.
  if (To && !B.getLoopTarget())
    for (const CFGBlock::AdjacentBlock &A : To->preds())
      if (const CFGBlock *Back = A.getReachableBlock(); Back && Back->getLoopTarget())
        if (auto It = Lead.find(Back->getLoopTarget()); It != Lead.end())
          for (Region *R : It->second)
            emitMacro(*R);
  ir::Terminator &T = F.Blocks[Current].Term;
  if (!To) {
    T.Kind = TermKind::Unreachable;
    return;
  }
  if (To == &Graph->getExit()) {
    returnTo(B);
    return;
  }
  T.Kind = TermKind::Jump;
  T.Jump = Kind;
  T.Succs = {IdOf[To->getBlockID()]};
  if (At)
    T.Where = U.loc(At->getBeginLoc(), At->getSourceRange());
  // `return x;` followed by conditional destruction of temporaries: the value waits until the block that leaves.
  if (const ReturnStmt *Ret = LastReturn ? LastReturn : AfterReturn.lookup(&B)) {
    if (LastReturn && ReturnValue)
      write(tempOf(Ret), ReturnValue, U.loc(Ret));
    AfterReturn[To] = Ret;
  }
}

void FunctionBuilder::returnTo(const CFGBlock &B) {
  if (GlobalInit) {
    ValueId Path = V.global(U.globalId(GlobalInit));
    if (GlobalInit->getType()->isReferenceType())
      write(Path, V.addrOf(value(GlobalInit->getInit())), F.Where);
    else
      initialise(Path, GlobalInit->getInit(), GlobalInit->getInit());
  }
  if (!LastReturn && !AfterReturn.count(&B))
    for (Region *R : PendingBraces) // a closing brace with nothing after it
      emitMacro(*R);
  ir::Terminator &T = F.Blocks[Current].Term;
  T.Kind = TermKind::Return;
  const ReturnStmt *Ret = LastReturn ? LastReturn : AfterReturn.lookup(&B);
  if (!Ret) {
    T.Jump = JumpKind::EndOfFunction;
    T.Where = F.End;
    return;
  }
  T.Jump = JumpKind::Return;
  T.Where = U.loc(Ret);
  T.Value = LastReturn ? ReturnValue : Ret->getRetValue() && TempIds.count(Ret) ? tempOf(Ret) : 0;
}

const Expr *FunctionBuilder::leafCondition(const Stmt *T) {
  const Expr *E = nullptr;
  if (auto *B = dyn_cast<BinaryOperator>(T); B && B->isLogicalOp())
    E = B->getLHS();
  else if (auto *If = dyn_cast<IfStmt>(T))
    E = If->getCond();
  else if (auto *While = dyn_cast<WhileStmt>(T))
    E = While->getCond();
  else if (auto *Do = dyn_cast<DoStmt>(T))
    E = Do->getCond();
  else if (auto *For = dyn_cast<ForStmt>(T))
    E = For->getCond();
  else if (auto *Range = dyn_cast<CXXForRangeStmt>(T))
    E = Range->getCond();
  else if (auto *C = dyn_cast<AbstractConditionalOperator>(T))
    E = C->getCond();
  // `if (a && b)`: this block evaluates b; a has a block of its own, with the && as terminator.
  while (E) {
    auto *B = dyn_cast<BinaryOperator>(E->IgnoreParens());
    if (!B || !B->isLogicalOp())
      break;
    E = B->getRHS();
  }
  return E;
}

void FunctionBuilder::branch(const CFGBlock &B, ValueId Cond, const Stmt *At) {
  BlockId True = target(B.succ_begin()[0]), False = target(B.succ_begin()[1]);
  const CFGBlock *Exit = &Graph->getExit();
  auto Leaves = [&](unsigned I) { return B.succ_begin()[I].getReachableBlock() == Exit; };
  if ((True == NoBlock && !Leaves(0)) || (False == NoBlock && !Leaves(1))) {
    jump(B, JumpKind::Fallthrough, nullptr);
    return;
  }
  // The function's end has no block of its own in the CFG.
  for (unsigned I = 0; I < 2; ++I)
    if (Leaves(I)) {
      (I ? False : True) = F.Blocks.size();
      ir::Block &End = F.Blocks.emplace_back();
      Work.push_back(0);
      End.Term.Kind = TermKind::Return;
      End.Term.Jump = JumpKind::EndOfFunction;
      End.Term.Where = F.End;
    }
  ir::Terminator &T = F.Blocks[Current].Term;
  T.Kind = TermKind::Branch;
  T.Value = Cond;
  T.Succs = {True, False};
  if (At)
    T.Where = U.loc(At);
}

void FunctionBuilder::buildTerminator(const CFGBlock &B) {
  ir::Terminator &T = F.Blocks[Current].Term;
  if (B.hasNoReturnElement()) {
    T.Kind = TermKind::Unreachable;
    return;
  }
  if (const Stmt *Throw = U.isCxx() ? lastThrow(B) : nullptr) {
    T.Kind = TermKind::Throw;
    HasThrow = true;
    ThrowTry[Current] = TryOf.lookup(Throw);
    T.Where = U.loc(Throw);
    return;
  }
  const Stmt *S = B.getTerminatorStmt();
  // A modelled macro that branches has its event before the branch: its value is used where the sides meet.
  if (Region *R = S ? region(S) : nullptr)
    emitMacro(*R);
  if (!S) {
    jump(B, JumpKind::Fallthrough, nullptr);
    return;
  }
  if (B.getTerminator().isTemporaryDtorsBranch()) {
    branch(B, temporaryFlag(S), nullptr);
    return;
  }
  switch (S->getStmtClass()) {
  case Stmt::GotoStmtClass:
    return jump(B, JumpKind::Goto, S);
  case Stmt::BreakStmtClass:
    return jump(B, JumpKind::Break, S);
  case Stmt::ContinueStmtClass:
    return jump(B, JumpKind::Continue, S);
  case Stmt::SwitchStmtClass:
    return switchTerminator(B, cast<SwitchStmt>(S));
  case Stmt::DeclStmtClass:
    return staticInitBranch(B, cast<DeclStmt>(S));
  case Stmt::CXXTryStmtClass:
    return dispatch(B, cast<CXXTryStmt>(S));
  default:
    break;
  }
  if (B.succ_size() == 2) {
    const Expr *Cond = leafCondition(S);
    ValueId Value = Cond ? condition(Cond) : 0;
    return branch(B, Value, Cond);
  }
  if (B.succ_size() > 2 || isa<IndirectGotoStmt>(S)) {
    T.Kind = TermKind::IndirectGoto;
    T.Where = U.loc(S->getBeginLoc(), S->getSourceRange());
    for (const CFGBlock::AdjacentBlock &A : B.succs())
      if (BlockId To = target(A); To != NoBlock)
        T.Succs.push_back(To);
    return;
  }
  jump(B, JumpKind::Fallthrough, nullptr);
}

void FunctionBuilder::switchTerminator(const CFGBlock &B, const SwitchStmt *S) {
  ValueId Operand = value(S->getCond());
  ir::Terminator T;
  T.Kind = TermKind::Switch;
  T.Value = Operand;
  T.Where = U.loc(S->getSwitchLoc(), {S->getSwitchLoc(), S->getRParenLoc()});
  // Clang lists the cases from last to first, then the default or what follows the switch.
  llvm::SmallVector<const CFGBlock *> Succs;
  for (const CFGBlock::AdjacentBlock &A : B.succs())
    Succs.push_back(A.getReachableBlock());
  if (Succs.empty()) {
    F.Blocks[Current].Term.Kind = TermKind::Unreachable;
    return;
  }
  const CFGBlock *Default = Succs.pop_back_val();
  for (const CFGBlock *To : llvm::reverse(Succs)) {
    auto *Case = To ? dyn_cast_or_null<CaseStmt>(To->getLabel()) : nullptr;
    if (!Case)
      continue;
    Expr::EvalResult Lo, Hi;
    if (!Case->getLHS()->EvaluateAsInt(Lo, Ctx))
      continue;
    ir::CaseRange R;
    R.Lo = R.Hi = Lo.Val.getInt().extOrTrunc(64).getSExtValue();
    if (Case->getRHS() && Case->getRHS()->EvaluateAsInt(Hi, Ctx))
      R.Hi = Hi.Val.getInt().extOrTrunc(64).getSExtValue();
    T.Succs.push_back(IdOf[To->getBlockID()]);
    T.Cases.push_back(R);
  }
  if (Default == &Graph->getExit()) {
    T.Succs.push_back(F.Blocks.size());
    ir::Block &End = F.Blocks.emplace_back();
    Work.push_back(0);
    End.Term.Kind = TermKind::Return;
    End.Term.Jump = JumpKind::EndOfFunction;
    End.Term.Where = F.End;
  } else {
    T.Succs.push_back(Default ? IdOf[Default->getBlockID()] : NoBlock);
  }
  F.Blocks[Current].Term = std::move(T);
}

} // namespace gilray::extract
