// Fills the tables of one unit from Clang's: files, locations, types, records, callees, globals. FunctionBuilder asks
// it for ids while it translates bodies.
#ifndef GILRAY_EXTRACT_UNITBUILDER_H
#define GILRAY_EXTRACT_UNITBUILDER_H

#include "extract/Earlier.h"
#include "extract/Extract.h"
#include "extract/PPFacts.h"
#include "extract/Sources.h"
#include "clang/AST/ASTContext.h"
#include "clang/AST/DeclCXX.h"
#include "clang/AST/ExprCXX.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/StringMap.h"
#include <map>
#include <optional>

namespace gilray::extract {

class UnitBuilder {
public:
  UnitBuilder(clang::ASTContext &Ctx, Sources &Files, PPFacts &PP, ir::Unit &U, const Options &Opts)
      : Ctx(Ctx), SM(Ctx.getSourceManager()), Files(Files), PP(PP), U(U), Opts(Opts) {}

  /// Extracts everything: functions of project files, globals, preprocessor facts.
  void run();
  /// The function under extraction, for reports of a crash; may be null.
  std::string *Current = nullptr;
  /// What need not be extracted again; may be null.
  const Unchanged *Known = nullptr;

  clang::ASTContext &Ctx;
  clang::SourceManager &SM;
  Sources &Files;
  PPFacts &PP;
  ir::Unit &U;
  const Options &Opts;
  bool isCxx() const { return Ctx.getLangOpts().CPlusPlus; }

  // ---- Locations.cpp
  ir::FileId file(clang::FileID F);
  /// The token at L, or the macro use it comes from.
  ir::Loc loc(clang::SourceLocation L) { return loc(L, L); }
  /// Anchor decides whether this is macro code; Extent is used when it is not.
  ir::Loc loc(clang::SourceLocation Anchor, clang::SourceRange Extent);
  ir::Loc loc(const clang::Stmt *S);
  /// Name location of the outermost modelled function-like macro from whose body L comes; invalid if there is none.
  clang::SourceLocation modelledMacro(clang::SourceLocation L) {
    if (L.isInvalid() || L.isFileID())
      return {};
    if (L != LastModelledAt.first) // the parts of an expression have one place
      LastModelledAt = {L, expandedMacro(L)};
    return LastModelledAt.second;
  }
  /// Name location of the outermost function-like macro of a Python-side header that L comes through, in any way.
  clang::SourceLocation bindingMacro(clang::SourceLocation L);
  /// Outermost modelled object-like macro from whose body L comes.
  const MacroUse *modelledObjectMacro(clang::SourceLocation L);
  /// The index of the argument of the macro at Name from which L comes, or -1.
  int macroArgument(clang::SourceLocation Name, clang::SourceLocation L);
  /// Outermost object-like macro (of a project or Python-side header) that L comes from; empty if written out.
  llvm::StringRef constantName(clang::SourceLocation L);
  /// The same for one element of an initialiser, whatever the macro's length: the macro that stands for this element
  /// and not also for the Braces around it. Names of Python's headers go before the project's.
  llvm::StringRef elementName(clang::SourceLocation L, clang::SourceLocation Braces);

  // ---- Types.cpp
  ir::TypeId type(clang::QualType T);
  llvm::StringRef recordName(const clang::RecordDecl *R);
  llvm::StringRef qualifiedName(const clang::NamedDecl *D);
  /// The name as declared, interned.
  llvm::StringRef plainName(const clang::NamedDecl *D);
  bool isProjectDecl(const clang::Decl *D) { return Files.isProject(D->getLocation()); }

  // ---- Callees.cpp
  ir::CalleeId callee(const clang::FunctionDecl *F, bool VirtualCall = false);
  ir::CalleeId macroCallee(const MacroUse &Use);
  llvm::StringRef functionId(const clang::FunctionDecl *F);
  /// The path of L's file as ids hold it: below the project's root, relative to it.
  llvm::StringRef idPath(clang::SourceLocation L);
  ir::Linkage linkage(const clang::NamedDecl *D);
  bool noThrow(const clang::FunctionDecl *F);
  using Lambdas = std::vector<const clang::LambdaExpr *>;
  /// Names the lambdas below S by their place in the function that holds them and lists them.
  void nameLambdas(const clang::Stmt *S, llvm::StringRef Enclosing, Lambdas &Found);
  /// Those of a function's body and member initialisers.
  const Lambdas &lambdasIn(const clang::FunctionDecl *F);
  /// The name of a lambda's body: its function's (or class's) id and its place there. Empty if that is not known, as
  /// for initialisers of variables that come later.
  llvm::StringRef lambdaId(const clang::CXXRecordDecl *Closure);
  ir::CalleeId syntheticCallee(llvm::StringRef Id, llvm::StringRef Name);

  // ---- Globals.cpp
  llvm::StringRef globalId(const clang::VarDecl *V);
  /// Called by FunctionBuilder for a static local, with the id of the function that owns it.
  void staticLocal(const clang::VarDecl *V, llvm::StringRef Owner);
  bool isDynamicInit(const clang::VarDecl *V);

  // ---- Functions.cpp
  /// Queues a function's body; each is extracted once.
  void extractFunction(const clang::FunctionDecl *F);
  void extractLambda(const clang::LambdaExpr *L);
  void extractRecord(const clang::CXXRecordDecl *R);

private:
  struct Origin;
  Origin origin(clang::SourceLocation L);
  clang::SourceLocation expandedMacro(clang::SourceLocation L);
  ir::ChainId chain(const Origin &O);
  ir::ChainId newChain(const Origin &O);
  void extent(ir::Loc &Out, clang::SourceLocation Begin, clang::SourceLocation End);

  std::string unnamed(const clang::RecordDecl *R);
  void record(const clang::RecordDecl *R, ir::TypeId T);
  void fillRecords();
  /// The lock that an annotation of a field or variable names.
  llvm::StringRef guardedBy(const clang::Decl *D);
  void global(const clang::VarDecl *V, llvm::StringRef Owner);
  /// Braces: of the list that E is an element of, if any.
  ir::Init init(const clang::Expr *E, llvm::StringRef Field, clang::SourceLocation Braces = {});
  void initList(const clang::InitListExpr *List, ir::Init &Out);
  void visitDecls(const clang::DeclContext *DC);
  void visitDecl(const clang::Decl *D);
  void queue(const clang::FunctionDecl *F);
  void noteBody(clang::SourceRange R);
  void globalLifetime(const clang::VarDecl *V, ir::Global &G);
  void finishInlineIds();
  std::string stableUSR(const clang::NamedDecl *D);
  std::string lambdaMemberId(const clang::CXXMethodDecl *M);
  void nameMemberLambdas(const clang::CXXRecordDecl *Class);
  /// Appends the names of closures in template arguments; false if one has none.
  bool lambdasOfArguments(const clang::FunctionDecl *F, std::string &Out);
  void noteMacroBody(const clang::FunctionDecl *F);
  void facts();
  void conditionals();
  void suppressions();
  void topLevelMacros();

  // ---- LineMap.cpp
  ir::FileId sourceFile(llvm::StringRef Path);
  void mapLines();
  void mapDirectives();
  void mapCython();

  llvm::DenseMap<clang::FileID, ir::FileId> FileIds;
  std::pair<clang::FileID, ir::FileId> LastFile; ///< asked about last
  std::map<std::string, ir::FileId> FileByPath;
  std::map<std::vector<std::tuple<llvm::StringRef, ir::FileId, unsigned, unsigned>>, ir::ChainId> Chains;
  llvm::DenseMap<std::pair<const clang::IdentifierInfo *, clang::SourceLocation>, ir::ChainId>
      OneStepChains; ///< by the macro's name and the spelling inside its definition
  std::vector<std::optional<clang::SourceLocation>> ExpandedMacros; ///< by file id; this parse's, not a preamble's
  std::pair<clang::SourceLocation, clang::SourceLocation> LastModelledAt; ///< asked about last
  llvm::DenseMap<clang::SourceLocation, ir::Loc> MacroPlaces;             ///< by spelling inside a macro's definition
  llvm::DenseMap<void *, ir::TypeId> TypeIds;
  llvm::DenseMap<const clang::RecordDecl *, llvm::StringRef> RecordNames;
  std::vector<std::pair<const clang::RecordDecl *, ir::TypeId>> PendingRecords;
  llvm::DenseMap<const clang::RecordDecl *, unsigned> RecordIndex;
  llvm::DenseMap<std::pair<const clang::FunctionDecl *, unsigned>, ir::CalleeId> CalleeIds;
  llvm::DenseMap<const clang::FunctionDecl *, llvm::StringRef> FunctionIds, LambdaIds;
  llvm::DenseMap<const clang::FunctionDecl *, std::unique_ptr<Lambdas>> LambdasOf;
  llvm::DenseSet<const clang::CXXRecordDecl *> MemberLambdas; ///< classes whose members' initialisers have been walked
  llvm::StringMap<unsigned> UsedIds; ///< how often an id was given that had to do without a place in the file
  std::map<std::pair<llvm::StringRef, ir::FileId>, ir::CalleeId> MacroCallees;
  llvm::DenseMap<clang::SourceLocation, ir::CalleeId> DefinedMacros; ///< by the place of the definition
  llvm::DenseMap<const clang::IdentifierInfo *, llvm::StringRef> PlainNames;
  llvm::DenseMap<const clang::VarDecl *, llvm::StringRef> GlobalIds;
  llvm::DenseMap<const clang::VarDecl *, unsigned> GlobalIndex;
  llvm::DenseSet<const clang::FunctionDecl *> Extracted;
  llvm::DenseSet<const clang::RecordDecl *> ExtractedRecords;
  llvm::DenseMap<clang::SourceLocation, llvm::StringRef> MacroBodies; ///< by macro name: function whose head it writes
  std::vector<clang::SourceRange> Bodies;                             ///< in files; what lies outside is file scope
  std::vector<const clang::FunctionDecl *> Pending;
};

/// The token by which an expression or statement is judged to be macro code: for a call its closing parenthesis, for an
/// operator the operator.
clang::SourceLocation anchorOf(const clang::Stmt *S);

} // namespace gilray::extract

#endif
