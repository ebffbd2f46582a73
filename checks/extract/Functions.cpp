// Which functions of a translation unit are extracted: all bodies in project files, instantiations of project
// templates, lambdas, implicit destructors of project records, initialisers and destructors of project variables.
#include "extract/FunctionBuilder.h"
#include "clang/AST/DeclFriend.h"
#include "clang/AST/DeclTemplate.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/xxhash.h"

namespace gilray::extract {

using namespace clang;
using llvm::StringRef;

void UnitBuilder::run() {
  U.Facts.Lang = isCxx() ? ir::Language::Cxx : ir::Language::C;
  U.MainFile = U.intern(Files.path(SM.getMainFileID()));
  file(SM.getMainFileID());
  for (const Decl *D : Ctx.getTraversalScope())
    if (auto *TU = dyn_cast<TranslationUnitDecl>(D))
      visitDecls(TU);
    else
      visitDecl(D);
  std::vector<std::pair<size_t, const ir::Function *>> Kept; ///< where functions of an earlier parse go
  // Bodies queue lambdas, local classes and instantiations.
  for (size_t I = 0; I < Pending.size(); ++I) {
    const FunctionDecl *F = Pending[I];
    if (const ir::Function *Same = Known ? Known->find(F) : nullptr) {
      Kept.push_back({U.Functions.size(), Same});
      U.Functions.emplace_back();
      continue;
    }
    if (Current)
      *Current = F->getQualifiedNameAsString();
    ir::Function Out;
    FunctionBuilder Builder(*this, Out);
    auto *D = dyn_cast<CXXDestructorDecl>(F);
    if (D && !D->isUserProvided())
      Builder.buildImplicitDestructor(D);
    else
      Builder.buildFunction(F);
    U.Functions.push_back(std::move(Out));
  }
  fillRecords();
  facts();
  finishInlineIds();
  if (!Kept.empty()) // the tables are complete: what the functions need is known to be there or not
    Known->putInto(U, Kept);
}

void UnitBuilder::visitDecls(const DeclContext *DC) {
  for (const Decl *D : DC->decls())
    visitDecl(D);
}

void UnitBuilder::visitDecl(const Decl *D) {
  if (auto *Spec = dyn_cast<LinkageSpecDecl>(D)) { // extern "C" { #include ... } may hold other files' declarations
    visitDecls(Spec);
    return;
  }
  if (!isProjectDecl(D))
    return;
  if (auto *F = dyn_cast<FunctionDecl>(D)) {
    noteBody(F->doesThisDeclarationHaveABody() && !F->hasSkippedBody() ? F->getBody()->getSourceRange()
                                                                       : SourceRange());
    noteMacroBody(F);
    if (F->isThisDeclarationADefinition())
      extractFunction(F);
  } else if (auto *Var = dyn_cast<VarDecl>(D)) {
    noteBody(Var->getSourceRange());
    if (!Var->isTemplated() && (Var->isThisDeclarationADefinition() || !Var->hasExternalStorage()))
      globalId(Var);
  } else if (auto *R = dyn_cast<RecordDecl>(D)) {
    noteBody(isCxx() ? SourceRange() : R->getSourceRange());
    if (auto *C = dyn_cast<CXXRecordDecl>(R))
      extractRecord(C);
  } else if (auto *T = dyn_cast<FunctionTemplateDecl>(D)) {
    if (T->getTemplatedDecl()->doesThisDeclarationHaveABody())
      noteBody(T->getTemplatedDecl()->getBody()->getSourceRange());
    for (const FunctionDecl *F : T->specializations())
      extractFunction(F);
  } else if (auto *T = dyn_cast<ClassTemplateDecl>(D)) {
    if (T->isThisDeclarationADefinition() || T->getCanonicalDecl() == T)
      for (const ClassTemplateSpecializationDecl *S : T->specializations())
        extractRecord(S);
  } else if (auto *Friend = dyn_cast<FriendDecl>(D)) {
    if (const NamedDecl *N = Friend->getFriendDecl())
      visitDecl(N);
  } else if (isa<NamespaceDecl, ExportDecl>(D)) {
    visitDecls(cast<DeclContext>(D));
  }
}

void UnitBuilder::extractRecord(const CXXRecordDecl *R) {
  R = R->getDefinition();
  if (!R || R->isDependentContext() || !ExtractedRecords.insert(R).second)
    return;
  visitDecls(R);
  if (CXXDestructorDecl *D = R->getDestructor(); D && !D->isUserProvided() && !R->hasTrivialDestructor())
    queue(D);
}

void UnitBuilder::extractLambda(const LambdaExpr *L) {
  if (const FunctionTemplateDecl *T = L->getLambdaClass()->getDependentLambdaCallOperator()) {
    for (const FunctionDecl *F : T->specializations())
      extractFunction(F);
    return;
  }
  extractFunction(L->getCallOperator());
}

void UnitBuilder::extractFunction(const FunctionDecl *F) {
  const FunctionDecl *Def = F->getDefinition();
  if (!Def || Def->isDependentContext() || Def->isDeleted() || !isProjectDecl(Def))
    return;
  if (auto *D = dyn_cast<CXXDestructorDecl>(Def); D && !D->isUserProvided())
    return; // extractRecord decides
  if (!Def->hasSkippedBody() && !Def->getBody())
    return;
  queue(Def);
}

void UnitBuilder::queue(const FunctionDecl *F) {
  if (!Extracted.insert(F->getCanonicalDecl()).second)
    return;
  Pending.push_back(F);
  // Extraction of one may find others in functions that are walked for the first time.
  const Lambdas &Found = lambdasIn(F);
  for (size_t I = 0; I < Found.size(); ++I)
    extractLambda(Found[I]);
}

void UnitBuilder::globalLifetime(const VarDecl *Var, ir::Global &G) {
  const CXXRecordDecl *R = Ctx.getBaseElementType(Var->getType())->getAsCXXRecordDecl();
  auto Build = [&](StringRef Suffix, StringRef What, auto Fill) {
    ir::Function F;
    F.Id = U.intern((G.Id + Suffix).str());
    F.Name = U.intern((G.Name + What).str());
    F.Header = file(SM.getFileID(SM.getFileLoc(Var->getLocation())));
    FunctionBuilder Builder(*this, F);
    Fill(Builder);
    U.Functions.push_back(std::move(F));
  };
  if (G.DynamicInit && Var->getInit() && !Var->isStaticLocal())
    Build("#init", " (initialiser)", [&](FunctionBuilder &B) { B.buildGlobalInit(Var); });
  if (R && R->hasDefinition() && !R->hasTrivialDestructor())
    Build("#fini", " (destructor)", [&](FunctionBuilder &B) { B.buildGlobalDestructor(Var); });
}

/// What tells two bodies of one inline function apart, independent of this unit's tables.
static uint64_t bodyHash(const ir::Unit &U, const ir::Function &F, StringRef Root) {
  std::string Text;
  llvm::raw_string_ostream OS(Text);
  auto Where = [&](const ir::Loc &L) {
    StringRef Path = U.Files[L.File].Path;
    if (!Root.empty() && Path.starts_with(Root))
      Path = Path.drop_front(Root.size());
    OS << Path << ':' << L.Line << ':' << L.Col << ';';
  };
  Where(F.Where);
  for (const ir::Value &V : F.Values)
    OS << unsigned(V.Kind) << ',' << unsigned(V.Operator) << ',' << V.A << ',' << V.B << ','
       << (V.Kind == ir::ValueKind::Function || V.Kind == ir::ValueKind::Lambda ? U.Callees[V.Ref].Id : StringRef())
       << ',' << (V.Kind == ir::ValueKind::Temp || V.Kind == ir::ValueKind::Var ? V.Ref : 0) << ',' << V.Int << ','
       << V.Str << ',' << V.Rec << ',' << U.Types[V.Type].Spelling << ';';
  for (const ir::Block &B : F.Blocks) {
    for (const ir::Event &E : B.Events) {
      OS << unsigned(E.Kind) << ',' << unsigned(E.Order) << ',' << E.Compound << ',' << U.Callees[E.Callee].Id << ','
         << E.Target << ',' << E.Dst << ',' << E.Src << ',' << E.Result << ',' << E.Unwind;
      for (ir::ValueId A : E.Args)
        OS << ',' << A;
      Where(E.Where);
    }
    OS << unsigned(B.Term.Kind) << ',' << B.Term.Value;
    for (ir::BlockId S : B.Term.Succs)
      OS << ',' << S;
    for (const ir::CaseRange &C : B.Term.Cases)
      OS << ',' << C.Lo << '-' << C.Hi;
  }
  return llvm::xxh3_64bits(Text);
}

void UnitBuilder::finishInlineIds() {
  llvm::DenseMap<StringRef, StringRef> NewId;
  std::vector<std::pair<ir::Function *, StringRef>> Renamed;
  for (ir::Function &F : U.Functions)
    if (F.Link == ir::Linkage::Inline && F.Kind != ir::FunctionKind::GlobalInit) {
      StringRef Id =
          U.intern((F.Id + "#" + llvm::utohexstr(bodyHash(U, F, Opts.ProjectRoot), /*LowerCase=*/true)).str());
      NewId[F.Id] = Id;
      Renamed.push_back({&F, Id});
    }
  if (NewId.empty())
    return;
  auto Rename = [&](StringRef &Id) {
    if (auto It = NewId.find(Id); !Id.empty() && It != NewId.end())
      Id = It->second;
  };
  for (auto &[F, Id] : Renamed)
    F->Id = Id;
  for (ir::Function &F : U.Functions)
    for (StringRef &O : F.Overrides)
      Rename(O);
  for (ir::Callee &C : U.Callees)
    Rename(C.Id);
  for (ir::Record &R : U.Records)
    Rename(R.Destructor);
  for (ir::Global &G : U.Globals)
    Rename(G.Owner);
  for (ir::TopLevelMacro &M : U.TopLevelMacros)
    Rename(M.Body);
}

} // namespace gilray::extract
