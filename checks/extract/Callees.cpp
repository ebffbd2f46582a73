// Functions by reference: ids, names, linkage, what they promise.
#include "extract/UnitBuilder.h"
#include "clang/AST/DeclTemplate.h"
#include "clang/Index/USRGeneration.h"

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

void UnitBuilder::nameLambdas(const Stmt *S, StringRef Enclosing, unsigned &Next) {
  if (!S)
    return;
  if (auto *L = dyn_cast<LambdaExpr>(S)) {
    const FunctionDecl *Body = L->getCallOperator()->getCanonicalDecl();
    LambdaIds.try_emplace(Body, U.intern((Enclosing + "/lambda" + llvm::Twine(Next++)).str()));
    extractLambda(L);
    for (const Expr *Init : L->capture_inits())
      nameLambdas(Init, Enclosing, Next);
    return;
  }
  if (auto *Default = dyn_cast<CXXDefaultInitExpr>(S))
    return nameLambdas(Default->getExpr(), Enclosing, Next);
  if (auto *Default = dyn_cast<CXXDefaultArgExpr>(S))
    return nameLambdas(Default->getExpr(), Enclosing, Next);
  for (const Stmt *Child : S->children())
    nameLambdas(Child, Enclosing, Next);
}

StringRef UnitBuilder::functionId(const FunctionDecl *F) {
  F = F->getCanonicalDecl();
  auto [It, New] = FunctionIds.try_emplace(F);
  if (!New && !It->second.empty())
    return It->second;
  std::string Id;
  const FunctionDecl *Pattern = F;
  if (auto *M = dyn_cast<CXXMethodDecl>(F); M && M->getParent()->isLambda()) {
    // Instantiations of a generic lambda hang on their template's operator().
    if (const FunctionTemplateDecl *T = F->getPrimaryTemplate())
      Pattern = T->getTemplatedDecl()->getCanonicalDecl();
    if (auto L = LambdaIds.find(Pattern); L != LambdaIds.end()) {
      Id = L->second.str();
      if (const TemplateArgumentList *Args = F->getTemplateSpecializationArgs()) {
        llvm::raw_string_ostream OS(Id);
        printTemplateArgumentList(OS, Args->asArray(), Ctx.getPrintingPolicy());
      }
    }
  }
  if (Id.empty()) {
    llvm::SmallString<128> USR;
    if (!index::generateUSRForDecl(F, USR))
      Id = std::string(USR);
    else
      Id = ("n:" + qualifiedName(F)).str();
    if (!F->isExternallyVisible()) {
      Id += '@';
      Id += Files.path(SM.getFileID(SM.getFileLoc(F->getLocation())));
    }
  }
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
  return Id;
}

CalleeId UnitBuilder::macroCallee(const MacroUse &Use) {
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
  return It->second;
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
