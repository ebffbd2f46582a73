// Variables with static storage and their initialisers as trees: method tables, slots, type objects, ops structs.
#include "extract/UnitBuilder.h"
#include "clang/AST/ExprCXX.h"

namespace gilray::extract {

using namespace clang;
using ir::Init;
using ir::InitKind;
using llvm::StringRef;

/// More elements of plain numbers than this are a data table, of no interest to any check.
static constexpr unsigned MaxScalarElements = 64;

StringRef UnitBuilder::globalId(const VarDecl *V) {
  V = V->getCanonicalDecl();
  auto [It, New] = GlobalIds.try_emplace(V);
  if (!New && !It->second.empty())
    return It->second;
  std::string Id;
  // A static local whose function was not walked (a default argument's lambda) goes by its function, too.
  if (auto *F = dyn_cast<FunctionDecl>(V->getDeclContext()); F && V->isStaticLocal())
    Id = (functionId(F) + "#" + V->getName()).str();
  else
    Id = stableUSR(V);
  StringRef Interned = U.intern(Id);
  GlobalIds[V] = Interned;
  if (!V->isStaticLocal())
    global(V, V->isStaticDataMember() ? recordName(cast<RecordDecl>(V->getDeclContext())) : StringRef());
  return Interned;
}

void UnitBuilder::staticLocal(const VarDecl *V, StringRef Owner) {
  V = V->getCanonicalDecl();
  auto [It, New] = GlobalIds.try_emplace(V);
  if (New || It->second.empty()) {
    // Two of the same name in different scopes of one function are told apart by their order.
    std::string Id = (Owner + "#" + V->getName()).str();
    if (unsigned Before = UsedIds[Id]++)
      Id += "~" + std::to_string(Before + 1);
    It->second = U.intern(Id);
  }
  global(V, Owner);
}

bool UnitBuilder::isDynamicInit(const VarDecl *V) {
  const VarDecl *InitDecl = nullptr;
  const Expr *Init = V->getAnyInitializer(InitDecl);
  if (!Init || !isCxx() || Init->isValueDependent())
    return false;
  return !InitDecl->hasConstantInitialization();
}

/// `T a[3] = {..}` and not `T a[] = {..}`, also through a typedef.
static bool writesSize(const TypeSourceInfo *Written) {
  if (!Written || !Written->getType()->isArrayType())
    return false;
  return !Written->getType()->isIncompleteArrayType();
}

void UnitBuilder::global(const VarDecl *V, StringRef Owner) {
  const VarDecl *Canonical = V->getCanonicalDecl();
  if (!GlobalIndex.try_emplace(Canonical, U.Globals.size()).second)
    return;
  unsigned Index = U.Globals.size();
  U.Globals.emplace_back();
  const VarDecl *Def = V->getDefinition();
  // extern int n;  int n;   The second is a tentative definition, which only it knows of itself.
  for (const VarDecl *R : V->redecls())
    if (!Def)
      Def = R->getActingDefinition();
  ir::Global G;
  G.Id = globalId(Canonical);
  G.Name = V->isStaticLocal() ? U.intern(V->getName()) : qualifiedName(V);
  G.Type = type(Def ? Def->getType() : V->getType());
  G.Link = V->isStaticLocal() ? ir::Linkage::None : linkage(Canonical);
  G.ThreadLocal = V->getTLSKind() != VarDecl::TLS_None;
  G.Definition = Def != nullptr;
  G.Owner = Owner;
  for (const VarDecl *R : V->redecls())
    if (G.GuardedBy.empty())
      G.GuardedBy = guardedBy(R);
  const VarDecl *At = Def ? Def : Canonical;
  G.Where = loc(At->getLocation());
  if (Def && Files.isProject(Def->getLocation())) {
    G.DynamicInit = isDynamicInit(Def);
    const VarDecl *InitDecl = nullptr;
    if (const Expr *E = Def->getAnyInitializer(InitDecl)) {
      Lambdas Found;
      if (isCxx() && !V->isStaticLocal())
        nameLambdas(E, U.intern((G.Id + "#init").str()), Found);
      for (const LambdaExpr *L : Found)
        extractLambda(L);
      G.Value = init(E, "");
      G.Value.SizeWritten = G.Value.Kind == InitKind::List && writesSize(Def->getTypeSourceInfo());
    } else if (!G.Type || U.Types[G.Type].Kind == ir::TypeKind::Pointer)
      G.Value.Kind = InitKind::Null;
    globalLifetime(Def, G);
  }
  U.Globals[Index] = std::move(G);
}

/// The expression under casts that do not change what is named: `(PyCFunction)(void(*)(void))f`, `&x`, parentheses.
static const Expr *named(const Expr *E) {
  while (true) {
    E = E->IgnoreParenCasts();
    if (auto *Full = dyn_cast<FullExpr>(E))
      E = Full->getSubExpr();
    else if (auto *Temp = dyn_cast<MaterializeTemporaryExpr>(E))
      E = Temp->getSubExpr();
    else if (auto *Bind = dyn_cast<CXXBindTemporaryExpr>(E))
      E = Bind->getSubExpr();
    else if (auto *Std = dyn_cast<CXXStdInitializerListExpr>(E))
      E = Std->getSubExpr();
    else if (auto *Default = dyn_cast<CXXDefaultInitExpr>(E))
      E = Default->getExpr();
    else if (auto *Subst = dyn_cast<SubstNonTypeTemplateParmExpr>(E))
      E = Subst->getReplacement();
    else if (auto *Choose = dyn_cast<ChooseExpr>(E))
      E = Choose->getChosenSubExpr();
    else if (auto *Cond = dyn_cast<CXXConstructExpr>(E); Cond && Cond->getNumArgs() == 1 && Cond->isElidable())
      E = Cond->getArg(0);
    else
      return E;
  }
}

/// The variable whose address `&x`, `&x.f`, `&a[1]` or a decayed `a` is.
static const VarDecl *addressed(const Expr *E) {
  E = E->IgnoreParenCasts();
  if (auto *Unary = dyn_cast<UnaryOperator>(E))
    return Unary->getOpcode() == UO_AddrOf ? addressed(Unary->getSubExpr()) : nullptr;
  if (auto *Member = dyn_cast<MemberExpr>(E))
    return Member->isArrow() ? nullptr : addressed(Member->getBase());
  if (auto *Sub = dyn_cast<ArraySubscriptExpr>(E))
    return addressed(Sub->getBase());
  if (auto *Ref = dyn_cast<DeclRefExpr>(E))
    return dyn_cast<VarDecl>(Ref->getDecl());
  return nullptr;
}

static bool isScalarNumber(QualType T) { return T->isArithmeticType() || T->isEnumeralType(); }

static const InitListExpr *semanticForm(const InitListExpr *List) {
  return List->isSyntacticForm() && List->getSemanticForm() ? List->getSemanticForm() : List;
}

void UnitBuilder::initList(const InitListExpr *List, Init &Out) {
  List = semanticForm(List);
  Out.Kind = InitKind::List;
  SourceLocation Braces = List->getLBraceLoc();
  const RecordDecl *R = List->getType()->getAsRecordDecl();
  if (!R) {
    const ArrayType *A = Ctx.getAsArrayType(List->getType());
    Out.SizeWritten = A != nullptr; // a declaration's own array may know better
    if (A && isScalarNumber(A->getElementType()) && List->getNumInits() > MaxScalarElements)
      return;
    for (const Expr *Value : List->inits())
      Out.Elems.push_back(init(Value, "", Braces));
    return;
  }
  unsigned I = 0;
  if (auto *C = dyn_cast<CXXRecordDecl>(R))
    for (unsigned B = 0; B < C->getNumBases() && I < List->getNumInits(); ++B, ++I)
      Out.Elems.push_back(init(List->getInit(I), "", Braces));
  auto Add = [&](const FieldDecl *F, const Expr *Value) {
    if (isa<ImplicitValueInitExpr>(Value))
      return;
    Init Member = init(Value, plainName(F), Braces);
    if (F->isAnonymousStructOrUnion() && Member.Kind == InitKind::List)
      std::move(Member.Elems.begin(), Member.Elems.end(), std::back_inserter(Out.Elems));
    else
      Out.Elems.push_back(std::move(Member));
  };
  if (R->isUnion()) {
    if (const FieldDecl *F = List->getInitializedFieldInUnion(); F && List->getNumInits())
      Add(F, List->getInit(0));
    return;
  }
  for (const FieldDecl *F : R->fields()) {
    if (F->isUnnamedBitField())
      continue;
    if (I >= List->getNumInits())
      break;
    Add(F, List->getInit(I++));
  }
}

/// `(T[]){..}`, decayed to a pointer, and `&(T){..}`.
static const CompoundLiteralExpr *compoundLiteral(const Expr *E) {
  if (auto *Unary = dyn_cast<UnaryOperator>(E); Unary && Unary->getOpcode() == UO_AddrOf)
    E = Unary->getSubExpr()->IgnoreParens();
  return dyn_cast<CompoundLiteralExpr>(E);
}

Init UnitBuilder::init(const Expr *Whole, StringRef Field, SourceLocation Braces) {
  Init Out;
  Out.Field = Field;
  Out.Type = type(Whole->getType());
  Out.Where = loc(Whole);
  const Expr *E = named(Whole);
  const CompoundLiteralExpr *Literal = compoundLiteral(E);
  if (Literal)
    E = Literal->getInitializer();
  if (auto *List = dyn_cast<InitListExpr>(E)) {
    List = semanticForm(List);
    if ((List->isTransparent() && List->getNumInits() == 1) || List->isStringLiteralInit())
      return init(List->getInit(0), Field, Braces);
    initList(List, Out);
    if (Literal) {
      Out.Where = loc(List);
      Out.SizeWritten &= writesSize(Literal->getTypeSourceInfo());
    }
    return Out;
  }
  if (auto *Ref = dyn_cast<DeclRefExpr>(E)) {
    if (auto *F = dyn_cast<FunctionDecl>(Ref->getDecl())) {
      Out.Kind = InitKind::Function;
      Out.Func = callee(F);
      return Out;
    }
    if (auto *Enum = dyn_cast<EnumConstantDecl>(Ref->getDecl()))
      Out.Spelling = U.intern(Enum->getName());
  }
  if (auto *Unary = dyn_cast<UnaryOperator>(E); Unary && Unary->getOpcode() == UO_AddrOf)
    if (auto *Ref = dyn_cast<DeclRefExpr>(Unary->getSubExpr()->IgnoreParenCasts()))
      if (auto *F = dyn_cast<FunctionDecl>(Ref->getDecl())) {
        Out.Kind = InitKind::Function;
        Out.Func = callee(F);
        return Out;
      }
  if (auto *Lambda = dyn_cast<LambdaExpr>(E)) {
    Out.Kind = InitKind::Function;
    Out.Func = callee(Lambda->getCallOperator());
    return Out;
  }
  if (auto *Str = dyn_cast<StringLiteral>(E)) {
    Out.Kind = InitKind::String;
    Out.Str = U.intern(Str->getBytes());
    return Out;
  }
  if (Out.Spelling.empty())
    Out.Spelling = elementName(anchorOf(E), Braces);
  if (isa<ImplicitValueInitExpr, CXXNullPtrLiteralExpr, GNUNullExpr>(E)) {
    if (QualType T = Whole->getType(); T->isRecordType() || T->isArrayType()) {
      Out.Kind = InitKind::List; // an element left out: `a[] = {[2] = {..}}`
      return Out;
    }
    Out.Kind = Whole->getType()->isPointerType() ? InitKind::Null : InitKind::Int;
    return Out;
  }
  if (Whole->isValueDependent())
    return Out;
  bool IsPointer = Whole->getType()->isAnyPointerType() || Whole->getType()->isFunctionPointerType();
  if (IsPointer && Whole->IgnoreParens()->isNullPointerConstant(Ctx, Expr::NPC_ValueDependentIsNotNull)) {
    Out.Kind = InitKind::Null;
    return Out;
  }
  if (const VarDecl *V = addressed(Whole);
      V && V->hasGlobalStorage() && (IsPointer || V->getType()->isReferenceType())) {
    Out.Kind = InitKind::Address;
    Out.Str = globalId(V);
    return Out;
  }
  Expr::EvalResult Result;
  if (E->getType()->isIntegralOrEnumerationType() && E->EvaluateAsInt(Result, Ctx)) {
    Out.Int = Result.Val.getInt().extOrTrunc(64).getSExtValue();
    Out.Kind = IsPointer && Out.Int == 0 ? InitKind::Null : InitKind::Int;
  }
  return Out;
}

} // namespace gilray::extract
