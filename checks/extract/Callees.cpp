// Functions by reference: ids, names, linkage, what they promise.
#include "extract/UnitBuilder.h"
#include "clang/AST/DeclTemplate.h"
#include "clang/Index/USRGeneration.h"
#include "llvm/ADT/StringExtras.h"

namespace gilray::extract {

using namespace clang;
using ir::CalleeId;
using llvm::StringRef;

ir::Linkage UnitBuilder::linkage(const NamedDecl *D) {
  if (auto *F = dyn_cast<FunctionDecl>(D)) {
    // A lambda's id holds its function's, so it needs no hash where that function exists once.
    if (auto *M = dyn_cast<CXXMethodDecl>(F); M && M->getParent()->isLambda())
      return SM.isWrittenInMainFile(SM.getFileLoc(F->getLocation())) ? ir::Linkage::Internal : ir::Linkage::Inline;
    if (F->isTemplateInstantiation() || F->isInlined() || F->isImplicit())
      return F->getStorageClass() == SC_Static && !isa<CXXMethodDecl>(F) &&
                     SM.isWrittenInMainFile(SM.getFileLoc(F->getLocation()))
                 ? ir::Linkage::Internal
                 : ir::Linkage::Inline;
    // A static function of a header exists in every unit that includes it, as an inline one does.
    if (!F->isExternallyVisible())
      return isProjectDecl(F) && !SM.isWrittenInMainFile(SM.getFileLoc(F->getLocation())) ? ir::Linkage::Inline
                                                                                          : ir::Linkage::Internal;
    return ir::Linkage::External;
  }
  if (D->getFormalLinkage() == clang::Linkage::None)
    return ir::Linkage::None;
  return D->isExternallyVisible() ? ir::Linkage::External : ir::Linkage::Internal;
}

void UnitBuilder::nameLambdas(const Stmt *S, StringRef Enclosing, Lambdas &Found) {
  if (!S)
    return;
  if (auto *L = dyn_cast<LambdaExpr>(S)) {
    const FunctionDecl *Body = L->getCallOperator()->getCanonicalDecl();
    if (auto *Class = dyn_cast<CXXRecordDecl>(L->getLambdaClass()->getDeclContext()))
      nameMemberLambdas(Class);
    LambdaIds.try_emplace(Body, U.intern((Enclosing + "/lambda" + llvm::Twine(Found.size())).str()));
    Found.push_back(L);
    for (const Expr *Init : L->capture_inits())
      nameLambdas(Init, Enclosing, Found);
    return;
  }
  if (auto *Default = dyn_cast<CXXDefaultInitExpr>(S))
    return nameLambdas(Default->getExpr(), Enclosing, Found);
  if (auto *Default = dyn_cast<CXXDefaultArgExpr>(S))
    return nameLambdas(Default->getExpr(), Enclosing, Found);
  for (const Stmt *Child : S->children())
    nameLambdas(Child, Enclosing, Found);
}

const UnitBuilder::Lambdas &UnitBuilder::lambdasIn(const FunctionDecl *F) {
  static const Lambdas None;
  const FunctionDecl *Def = F->getDefinition();
  if (!isCxx() || !Def || Def->hasSkippedBody() || !isProjectDecl(Def))
    return None;
  if (auto It = LambdasOf.find(F->getCanonicalDecl()); It != LambdasOf.end())
    return *It->second;
  auto Found = std::make_unique<Lambdas>();
  StringRef Id = functionId(F);
  if (auto *C = dyn_cast<CXXConstructorDecl>(Def))
    for (const CXXCtorInitializer *I : C->inits())
      nameLambdas(I->getInit(), Id, *Found);
  nameLambdas(Def->getBody(), Id, *Found);
  return *(LambdasOf[F->getCanonicalDecl()] = std::move(Found));
}

void UnitBuilder::nameMemberLambdas(const CXXRecordDecl *Class) {
  if (!MemberLambdas.insert(Class).second)
    return;
  Lambdas Found;
  StringRef Id = U.intern(stableUSR(Class));
  for (const FieldDecl *F : Class->fields())
    if (F->hasInClassInitializer())
      nameLambdas(F->getInClassInitializer(), Id, Found);
}

StringRef UnitBuilder::lambdaId(const CXXRecordDecl *Closure) {
  const CXXMethodDecl *Body = Closure->getLambdaCallOperator();
  if (!Body)
    return {};
  Body = Body->getCanonicalDecl();
  if (auto It = LambdaIds.find(Body); It != LambdaIds.end())
    return It->second;
  // Instantiations for a lambda's type may come before the function that holds it.
  if (auto *Holder = dyn_cast<FunctionDecl>(Closure->getDeclContext()))
    lambdasIn(Holder);
  else if (auto *Class = dyn_cast<CXXRecordDecl>(Closure->getDeclContext()))
    nameMemberLambdas(Class);
  return LambdaIds.lookup(Body);
}

StringRef UnitBuilder::idPath(SourceLocation L) {
  StringRef Path = Files.path(SM.getFileID(SM.getFileLoc(L)));
  StringRef Below = Path;
  if (!Opts.ProjectRoot.empty() && Below.consume_front(Opts.ProjectRoot) && Below.consume_front("/"))
    return Below;
  return Path;
}

/// USRs of local and unnamed things hold places: "c:a.cpp@152@F@f#@S@Local", "..@E@a.cpp@685", "(lambda at
/// /x/a.cpp:3:5)". Without them an id outlives edits above; what becomes equal is told apart by order.
static bool dropPlaces(std::string &USR) {
  std::string Out;
  StringRef Rest = USR;
  while (!Rest.empty()) {
    StringRef Digits = Rest.starts_with("@") ? Rest.drop_front().take_while(llvm::isDigit) : StringRef();
    StringRef Behind = Rest.drop_front(Digits.empty() ? 0 : Digits.size() + 1);
    if (!Digits.empty() && (Behind.empty() || StringRef("@>#").contains(Behind[0]))) {
      Rest = Behind;
    } else if (size_t At = Rest.find(" at "); Rest.starts_with("(") && At < Rest.find(')')) {
      Out += Rest.take_front(At);
      Rest = Rest.drop_front(Rest.find(')'));
    } else {
      Out += Rest[0];
      Rest = Rest.drop_front();
    }
  }
  bool Changed = Out != USR;
  USR = std::move(Out);
  return Changed;
}

/// The closures in a type's template arguments, behind pointers and references too.
static void closuresIn(QualType T, llvm::SmallVectorImpl<const CXXRecordDecl *> &Out, unsigned Depth = 0);
static void closuresIn(llvm::ArrayRef<TemplateArgument> Args, llvm::SmallVectorImpl<const CXXRecordDecl *> &Out,
                       unsigned Depth) {
  for (const TemplateArgument &A : Args)
    if (A.getKind() == TemplateArgument::Type)
      closuresIn(A.getAsType(), Out, Depth);
    else if (A.getKind() == TemplateArgument::Pack)
      closuresIn(A.pack_elements(), Out, Depth);
}
static void closuresIn(QualType T, llvm::SmallVectorImpl<const CXXRecordDecl *> &Out, unsigned Depth) {
  while (T->isPointerType() || T->isReferenceType())
    T = T->getPointeeType();
  auto *R = T->getAsCXXRecordDecl();
  if (!R || Depth > 8)
    return;
  if (R->isLambda())
    Out.push_back(R);
  else if (auto *S = dyn_cast<ClassTemplateSpecializationDecl>(R))
    closuresIn(S->getTemplateArgs().asArray(), Out, Depth + 1);
}

bool UnitBuilder::lambdasOfArguments(const FunctionDecl *F, std::string &Out) {
  llvm::SmallVector<const CXXRecordDecl *, 4> Closures;
  if (const TemplateArgumentList *Args = F->getTemplateSpecializationArgs())
    closuresIn(Args->asArray(), Closures, 0);
  for (const DeclContext *DC = F->getDeclContext(); DC; DC = DC->getParent())
    if (auto *S = dyn_cast<ClassTemplateSpecializationDecl>(DC))
      closuresIn(S->getTemplateArgs().asArray(), Closures, 0);
  bool AllNamed = true;
  for (const CXXRecordDecl *R : Closures) {
    StringRef Name = lambdaId(R);
    AllNamed &= !Name.empty();
    Out += ("{" + Name + "}").str();
  }
  return AllNamed;
}

std::string UnitBuilder::stableUSR(const NamedDecl *D) {
  llvm::SmallString<128> Generated;
  if (index::generateUSRForDecl(D, Generated))
    return (isa<FunctionDecl>(D) ? "n:" : "v:") + qualifiedName(D).str();
  std::string Id(Generated);
  bool Ambiguous = isCxx() && dropPlaces(Id);
  if (auto *F = dyn_cast<FunctionDecl>(D); F && isCxx()) {
    Ambiguous |= !lambdasOfArguments(F, Id);
    auto *M = dyn_cast<CXXMethodDecl>(F);
    Ambiguous |= M && M->getParent()->isLambda(); // one without a name of its own
  }
  if (!D->isExternallyVisible())
    Id += ("@" + idPath(D->getLocation())).str();
  if (Ambiguous)
    if (unsigned Before = UsedIds[Id]++)
      Id += "~" + std::to_string(Before + 1);
  return Id;
}

/// The members of a closure: its body, the instances of a generic body, what Clang adds to it.
std::string UnitBuilder::lambdaMemberId(const CXXMethodDecl *M) {
  StringRef Id = lambdaId(M->getParent());
  if (Id.empty())
    return {};
  const FunctionTemplateDecl *T = M->getPrimaryTemplate();
  const FunctionDecl *Body = M->getParent()->getLambdaCallOperator()->getCanonicalDecl();
  if (M != Body && (!T || T->getTemplatedDecl()->getCanonicalDecl() != Body)) {
    // "c:a.cpp@426@F@helper#@Sa@F@(lambda at ..)#&1S1_#": the kind of member is what follows the name.
    llvm::SmallString<128> USR;
    if (index::generateUSRForDecl(M, USR))
      return {};
    return (Id + "/" + static_cast<const Decl *>(M)->getDeclKindName() +
            StringRef(USR).substr(StringRef(USR).rfind(')') + 1))
        .str();
  }
  std::string Out = Id.str();
  if (const TemplateArgumentList *Args = M->getTemplateSpecializationArgs()) {
    llvm::raw_string_ostream OS(Out);
    OS << '<';
    llvm::interleaveComma(Args->asArray(), OS, [&](const TemplateArgument &A) {
      std::string Spelled;
      llvm::raw_string_ostream ArgOS(Spelled);
      A.print(Ctx.getPrintingPolicy(), ArgOS, /*IncludeType=*/false);
      dropPlaces(Spelled);
      OS << Spelled;
    });
    OS << '>';
    lambdasOfArguments(M, Out);
  }
  return Out;
}

StringRef UnitBuilder::functionId(const FunctionDecl *F) {
  F = F->getCanonicalDecl();
  if (auto It = FunctionIds.find(F); It != FunctionIds.end())
    return It->second;
  std::string Id;
  if (auto *M = dyn_cast<CXXMethodDecl>(F); M && M->getParent()->isLambda())
    Id = lambdaMemberId(M);
  if (Id.empty())
    Id = stableUSR(F);
  return FunctionIds[F] = U.intern(Id);
}

bool UnitBuilder::noThrow(const FunctionDecl *F) {
  if (!isCxx() || F->hasAttr<NoThrowAttr>() || F->getBuiltinID() != 0 || isa<CXXDestructorDecl>(F))
    return true;
  if (auto *Proto = F->getType()->getAs<FunctionProtoType>()) {
    if (isUnresolvedExceptionSpec(Proto->getExceptionSpecType()))
      return F->isTrivial();
    if (Proto->isNothrow())
      return true;
  }
  // C libraries are compiled from C: declared extern "C" in a header that is not the project's own.
  return F->isExternC() && !isProjectDecl(F->getCanonicalDecl());
}

/// Clang invents a first declaration for functions that it knows; the header's own is the one that says whose it is.
static const FunctionDecl *firstWritten(const FunctionDecl *F) {
  if (const FunctionTemplateDecl *T = F->getPrimaryTemplate())
    F = T->getTemplatedDecl();
  else if (const FunctionDecl *P = F->getTemplateInstantiationPattern())
    F = P;
  const FunctionDecl *Oldest = F->getCanonicalDecl();
  for (const FunctionDecl *R = F->getMostRecentDecl(); R; R = R->getPreviousDecl())
    if (!R->isImplicit())
      Oldest = R;
  return Oldest;
}

CalleeId UnitBuilder::callee(const FunctionDecl *F, bool VirtualCall) {
  F = F->getCanonicalDecl();
  auto [It, New] = CalleeIds.try_emplace({F, VirtualCall}, U.Callees.size());
  if (!New)
    return It->second;
  CalleeId Id = It->second;
  U.Callees.emplace_back();
  ir::Callee C;
  C.Id = functionId(F);
  C.Name = qualifiedName(F);
  if (auto *M = dyn_cast<CXXMethodDecl>(F)) {
    C.Record = recordName(M->getParent());
  }
  const FunctionDecl *First = firstWritten(F);
  if (!First->isImplicit())
    C.Header = file(SM.getFileID(SM.getFileLoc(First->getLocation())));
  else if (auto *M = dyn_cast<CXXMethodDecl>(F)) // An implicit member is where its class is.
    C.Header = file(SM.getFileID(SM.getFileLoc(M->getParent()->getLocation())));
  C.Link = linkage(F);
  C.Result = type(F->getReturnType());
  for (const ParmVarDecl *P : F->parameters())
    C.Params.push_back(type(P->getType()));
  if (const TemplateArgumentList *Args = F->getTemplateSpecializationArgs()) {
    auto Add = [&](auto &&Self, const TemplateArgument &A) -> void {
      if (A.getKind() == TemplateArgument::Type)
        C.TemplateArgs.push_back(type(A.getAsType()));
      else if (A.getKind() == TemplateArgument::Pack)
        for (const TemplateArgument &P : A.pack_elements())
          Self(Self, P);
    };
    for (const TemplateArgument &A : Args->asArray())
      Add(Add, A);
  }
  C.NoReturn = F->isNoReturn() || F->isAnalyzerNoReturn();
  C.NoThrow = noThrow(F);
  C.Variadic = F->isVariadic();
  C.ReturnsTwice = F->hasAttr<ReturnsTwiceAttr>() || C.Name == "setjmp" || C.Name == "_setjmp" ||
                   C.Name == "sigsetjmp" || C.Name == "__sigsetjmp" || C.Name == "vfork";
  C.Virtual = VirtualCall;
  U.Callees[Id] = std::move(C);
  // Behind clangd's preamble nobody walks the headers, whose bodies it skips: what is used must be known as unknown.
  if (const FunctionDecl *Def = F->getDefinition(); Def && Def->hasSkippedBody())
    extractFunction(Def);
  return Id;
}

CalleeId UnitBuilder::macroCallee(const MacroUse &Use) {
  auto [Known, First] = DefinedMacros.try_emplace(Use.Defined);
  if (!First)
    return Known->second;
  StringRef Name = U.intern(Use.Name->getName());
  ir::FileId Header = file(SM.getFileID(Use.Defined));
  auto [It, New] = MacroCallees.try_emplace({Name, Header}, U.Callees.size());
  if (New) {
    ir::Callee C;
    C.Id = U.intern(("macro:" + Name).str());
    C.Name = Name;
    C.Header = Header;
    C.Link = ir::Linkage::None;
    C.NoThrow = !isCxx() || Use.Class == ir::HeaderClass::Python || Use.Class == ir::HeaderClass::NumPy;
    U.Callees.push_back(std::move(C));
  }
  return Known->second = It->second;
}

CalleeId UnitBuilder::syntheticCallee(StringRef Id, StringRef Name) {
  ir::Callee C;
  C.Id = Id;
  C.Name = Name;
  C.Link = ir::Linkage::Internal;
  U.Callees.push_back(std::move(C));
  return U.Callees.size() - 1;
}

} // namespace gilray::extract
