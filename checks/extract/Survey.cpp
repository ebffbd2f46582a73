// One walk over a body before its CFG is translated: which statements are the inside of a modelled macro, which values
// are thrown away, which expressions are arms of ?:, what encloses a try, and which lambdas and local classes there
// are.
//
//     Py_INCREF(get(self));     body of Py_INCREF: one region, represented by one Macro event
//               ^^^^^^^^^       argument: extracted as usual, its value is the event's argument
#include "extract/FunctionBuilder.h"
#include "clang/AST/StmtOpenMP.h"

namespace gilray::extract {

using namespace clang;
using llvm::StringRef;

static const Expr *stripParens(const Expr *E) {
  while (auto *P = dyn_cast<ParenExpr>(E))
    E = P->getSubExpr();
  return E;
}

/// The node of E that Clang's CFG lists as an element.
static const Stmt *listed(const Expr *E) {
  while (true) {
    if (auto *P = dyn_cast<ParenExpr>(E))
      E = P->getSubExpr();
    else if (auto *Full = dyn_cast<ConstantExpr>(E))
      E = Full->getSubExpr();
    else if (auto *Clean = dyn_cast<ExprWithCleanups>(E))
      E = Clean->getSubExpr();
    else if (auto *G = dyn_cast<GenericSelectionExpr>(E))
      E = G->getResultExpr();
    else if (auto *C = dyn_cast<ChooseExpr>(E))
      E = C->getChosenSubExpr();
    else if (auto *O = dyn_cast<OpaqueValueExpr>(E); O && O->getSourceExpr())
      E = O->getSourceExpr();
    else
      return E;
  }
}

/// Whether S uses Child only for its effects.
static bool discards(const Stmt *S, const Stmt *Child, bool Discarded) {
  switch (S->getStmtClass()) {
  case Stmt::CompoundStmtClass:
    return true;
  case Stmt::IfStmtClass:
    return Child != cast<IfStmt>(S)->getCond();
  case Stmt::WhileStmtClass:
    return Child != cast<WhileStmt>(S)->getCond();
  case Stmt::DoStmtClass:
    return Child != cast<DoStmt>(S)->getCond();
  case Stmt::ForStmtClass:
    return Child != cast<ForStmt>(S)->getCond();
  case Stmt::SwitchStmtClass:
    return Child != cast<SwitchStmt>(S)->getCond();
  case Stmt::CXXForRangeStmtClass:
    return Child != cast<CXXForRangeStmt>(S)->getCond();
  case Stmt::CaseStmtClass:
  case Stmt::DefaultStmtClass:
  case Stmt::LabelStmtClass:
  case Stmt::AttributedStmtClass:
  case Stmt::ParenExprClass:
  case Stmt::ExprWithCleanupsClass:
  case Stmt::CXXBindTemporaryExprClass:
    return Discarded;
  case Stmt::ConditionalOperatorClass:
    return Discarded && Child != cast<ConditionalOperator>(S)->getCond();
  case Stmt::BinaryOperatorClass:
    return cast<BinaryOperator>(S)->getOpcode() == BO_Comma &&
           (Child == cast<BinaryOperator>(S)->getLHS() || Discarded);
  default:
    if (auto *Cast = dyn_cast<CastExpr>(S))
      return Cast->getCastKind() == CK_ToVoid;
    return false;
  }
}

void FunctionBuilder::markLeaves(const Expr *E, Region *In) {
  E = stripParens(E);
  auto *B = dyn_cast<BinaryOperator>(E);
  if (B && B->isLogicalOp() && region(B) == In) {
    markLeaves(B->getLHS(), In);
    markLeaves(B->getRHS(), In);
    return;
  }
  Leaves.try_emplace(E, In);
}

FunctionBuilder::Region *FunctionBuilder::statementRegion(SourceLocation Macro) {
  if (Macro.isInvalid())
    return nullptr;
  Region *&R = StatementRegions[Macro];
  if (!R) {
    R = &AllRegions.emplace_back();
    R->Macro = Macro;
  }
  return R;
}

FunctionBuilder::Region *FunctionBuilder::enterRegion(const Stmt *S, SourceLocation Macro, Region *Parent,
                                                      bool Discarded) {
  if (Parent && Parent->Macro == Macro)
    return Parent;
  auto *E = dyn_cast<Expr>(S);
  if (Parent && E) {
    // S leaves the body of the macro around it: it is (part of) one of its arguments.
    int Index = U.macroArgument(Parent->Macro, anchorOf(S));
    if (Index >= 0) {
      if (Parent->Args.size() <= unsigned(Index))
        Parent->Args.resize(Index + 1);
      if (!Parent->Args[Index])
        Parent->Args[Index] = E;
    }
  }
  if (Macro.isInvalid())
    return nullptr;
  RegionTops.insert(E ? listed(E) : S);
  if (!E || Discarded || E->getType()->isVoidType())
    return statementRegion(Macro);
  Region *R = &AllRegions.emplace_back();
  R->Macro = Macro;
  R->Root = E;
  Roots.try_emplace(E, R);
  return R;
}

/// `#define Py_BEGIN_CRITICAL_SECTION(op) {` (builds with a GIL): no statement comes from the macro.
void FunctionBuilder::braceMacro(SourceLocation Brace) {
  if (Region *R = statementRegion(U.modelledMacro(Brace)); R && !llvm::is_contained(PendingBraces, R))
    PendingBraces.push_back(R);
}

/// `#define Py_END_CRITICAL_SECTION() }`: belongs behind the last statement before it, not before the next one, which
/// may be on another way: `if (a) { BEGIN(x); f(); END(); } else if (b) ..`. Without a GIL the macro has a statement of
/// its own, `PyCriticalSection_End(&cs); }`, which stands for it.
void FunctionBuilder::closingBrace(const CompoundStmt &Body) {
  SourceLocation Macro = U.modelledMacro(Body.getRBracLoc());
  if (Macro.isInvalid() || StatementRegions.count(Macro))
    return;
  const Stmt *Last = Body.body_empty() ? nullptr : Body.body_back();
  auto *Operator = dyn_cast_or_null<BinaryOperator>(Last);
  auto *Step = dyn_cast_or_null<UnaryOperator>(Last);
  if (Last && (isa<CallExpr, DeclStmt>(Last) || (Operator && Operator->isAssignmentOp()) ||
               (Step && Step->isIncrementDecrementOp())))
    Trail[Last] = statementRegion(Macro);
  else
    braceMacro(Body.getRBracLoc());
}

void FunctionBuilder::markLead(const Stmt *S) {
  if (!S)
    return;
  Lead[S].append(PendingBraces.begin(), PendingBraces.end());
  for (const Stmt *Child : S->children())
    markLead(Child);
}

/// The expression under implicit casts, of which an AST is full.
static const Stmt *written(const Stmt *S) {
  while (auto *Cast = dyn_cast<ImplicitCastExpr>(S)) {
    if (Cast->getCastKind() == CK_ToVoid)
      break;
    S = Cast->getSubExpr();
  }
  return S;
}

static bool isLeaf(const Stmt *S) {
  return isa<DeclRefExpr, IntegerLiteral, CharacterLiteral, FloatingLiteral, StringLiteral>(S);
}

void FunctionBuilder::survey(const Stmt *S, Region *Parent, const CXXTryStmt *Try, bool Discarded) {
  if (!S)
    return;
  // Outside of macros nothing is to be known of names, constants and implicit casts whose values are used: half of an
  // AST.
  if (!Parent && !Discarded && PendingBraces.empty()) {
    const Stmt *E = written(S);
    bool Leaf = isLeaf(E);
    if ((Leaf || E != S) && anchorOf(E).isFileID()) {
      S = E;
      HasErrors |= Leaf && cast<Expr>(E)->containsErrors();
      if (Leaf)
        return;
    }
  }
  surveyNode(S, Parent, Try, Discarded);
}

void FunctionBuilder::surveyNode(const Stmt *S, Region *Parent, const CXXTryStmt *Try, bool Discarded) {
  Region *Here = Parent;
  if (!PendingBraces.empty() && !isa<CompoundStmt, NullStmt>(S)) {
    markLead(S);
    PendingBraces.clear();
  }
  if (auto *Body = dyn_cast<CompoundStmt>(S)) {
    Here = statementRegion(U.modelledMacro(Body->getLBracLoc()));
    braceMacro(Body->getLBracLoc());
    for (const Stmt *Child : Body->body())
      survey(Child, Here, Try, true);
    closingBrace(*Body);
    return;
  } else if (!isa<ParenExpr>(S)) {
    SourceLocation Anchor = anchorOf(S);
    if (Parent || Anchor.isMacroID()) {
      Here = enterRegion(S, U.modelledMacro(Anchor), Parent, Discarded);
      if (Here)
        Regions[S] = Here;
    }
  }
  if (auto *E = dyn_cast<Expr>(S)) {
    if (Discarded)
      Discards.insert(E);
    if (E->containsErrors())
      HasErrors = true;
  }
  if (Try &&
      isa<CallExpr, CXXConstructExpr, CXXThrowExpr, CXXNewExpr, CXXInheritedCtorInitExpr, DeclStmt, CXXTryStmt>(S))
    TryOf[S] = Try;

  switch (S->getStmtClass()) {
  case Stmt::IfStmtClass:
    tested(cast<IfStmt>(S)->getCond());
    HasKnown |= cast<IfStmt>(S)->isConsteval();
    break;
  case Stmt::WhileStmtClass:
    tested(cast<WhileStmt>(S)->getCond());
    break;
  case Stmt::DoStmtClass:
    tested(cast<DoStmt>(S)->getCond());
    break;
  case Stmt::ForStmtClass:
    if (const Expr *Cond = cast<ForStmt>(S)->getCond()) // none is no edge at all
      tested(Cond);
    break;
  case Stmt::SwitchStmtClass:
    tested(cast<SwitchStmt>(S)->getCond());
    break;
  case Stmt::BinaryOperatorClass:
    if (cast<BinaryOperator>(S)->isLogicalOp())
      tested(cast<BinaryOperator>(S));
    break;
  case Stmt::UnaryExprOrTypeTraitExprClass:
  case Stmt::CXXNoexceptExprClass:
  case Stmt::RequiresExprClass:
  case Stmt::BlockExprClass:
    return; // not evaluated here
  case Stmt::ConditionalOperatorClass:
  case Stmt::BinaryConditionalOperatorClass: {
    auto *C = cast<AbstractConditionalOperator>(S);
    tested(C->getCond());
    if (C->getType()->isVoidType() || Here)
      break;
    if (auto *B = dyn_cast<BinaryConditionalOperator>(C))
      Arms[listed(B->getCommon())].push_back(C);
    else
      Arms[listed(C->getTrueExpr())].push_back(C);
    Arms[listed(C->getFalseExpr())].push_back(C);
    if (auto *B = dyn_cast<BinaryConditionalOperator>(C)) {
      survey(B->getCommon(), Here, Try, false);
      survey(B->getFalseExpr(), Here, Try, false);
      return;
    }
    break;
  }
  case Stmt::LambdaExprClass: {
    auto *L = cast<LambdaExpr>(S);
    for (const Expr *Init : L->capture_inits())
      survey(Init, Here, Try, false);
    return;
  }
  case Stmt::CXXTryStmtClass: {
    auto *T = cast<CXXTryStmt>(S);
    HasTry = true;
    survey(T->getTryBlock(), Here, T, true);
    for (unsigned I = 0; I < T->getNumHandlers(); ++I)
      survey(T->getHandler(I), Here, Try, true);
    return;
  }
  case Stmt::DeclStmtClass:
    for (const Decl *D : cast<DeclStmt>(S)->decls()) {
      if (auto *R = dyn_cast<CXXRecordDecl>(D))
        U.extractRecord(R);
      if (auto *Var = dyn_cast<VarDecl>(D)) {
        if (Var->isInvalidDecl())
          HasErrors = true;
        HasCleanup |= Var->hasAttr<CleanupAttr>();
        if (Var->getInit())
          if (auto *List = dyn_cast<InitListExpr>(listed(Var->getInit())))
            NestedLists.insert(List);
      }
    }
    break;
  case Stmt::InitListExprClass:
    for (const Stmt *Child : S->children()) {
      if (!Child)
        continue;
      if (auto *List = dyn_cast<InitListExpr>(listed(cast<Expr>(Child))))
        NestedLists.insert(List);
      // Clang's CFG destroys `T()` in `Pair{T(), T()}` like a temporary; it is a member of the pair from the start.
      if (const Stmt *E = listed(cast<Expr>(Child)); isa<CXXBindTemporaryExpr>(E))
        InPlace.insert(E);
    }
    break;
  case Stmt::CXXNewExprClass:
    if (const Expr *Init = cast<CXXNewExpr>(S)->getInitializer())
      if (auto *List = dyn_cast<InitListExpr>(listed(Init)))
        NestedLists.insert(List);
    break;
  case Stmt::CompoundLiteralExprClass:
    if (auto *List = dyn_cast<InitListExpr>(listed(cast<CompoundLiteralExpr>(S)->getInitializer())))
      NestedLists.insert(List);
    break;
  case Stmt::StmtExprClass: {
    const CompoundStmt *Body = cast<StmtExpr>(S)->getSubStmt();
    for (const Stmt *Child : Body->body())
      survey(Child, Here, Try, Discarded || Child != Body->body_back());
    return; // its braces are part of the expression
  }
  case Stmt::CallExprClass: {
    // #define PyArray_SimpleNew (*(PyObject *(*)(int, ...))PyArray_API[93]): the call is to the macro's name.
    auto *Call = cast<CallExpr>(S);
    if (Call->getDirectCallee() || Here)
      break;
    const Expr *Fn = Call->getCallee();
    const MacroUse *Named = U.modelledObjectMacro(anchorOf(Fn->IgnoreParenImpCasts()));
    if (!Named || Named == U.modelledObjectMacro(anchorOf(Call)))
      break;
    NamedCallees[Call] = Named;
    outline(Fn);
    break;
  }
  case Stmt::CXXDefaultArgExprClass:
    survey(cast<CXXDefaultArgExpr>(S)->getExpr(), nullptr, Try, false);
    return;
  case Stmt::CXXDefaultInitExprClass: // what it holds stands elsewhere
    HasKnown = true;
    break;
  case Stmt::PseudoObjectExprClass:
    HasErrors = true; // Objective-C and MS properties
    return;
  case Stmt::AttributedStmtClass:
  default:
    break;
  }
  if (auto *Omp = dyn_cast<OMPExecutableDirective>(S)) {
    HasKnown = true;
    surveyOmp(Omp, Here, Try);
    return;
  }
  if (!isLeaf(S))
    for (const Stmt *Child : S->children())
      if (Child)
        survey(Child, Here, Try, discards(S, Child, Discarded));
  if (Here && Here != Parent && Here->Root == S)
    markLeaves(Here->Root, Here);
}

} // namespace gilray::extract
