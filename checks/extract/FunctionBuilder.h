// One body: Clang's CFG -> blocks, events and terminators of the thread IR.
//
// Three steps: survey() walks the AST once (macro regions, discarded values, arms of ?:, enclosing try blocks,
// lambdas); then each CFG block's elements become events in evaluation order; finish() simplifies, renumbers and finds
// loops. Expressions never become events for their own sake: value() translates them to interned paths wherever they
// are used.
#ifndef GILRAY_EXTRACT_FUNCTIONBUILDER_H
#define GILRAY_EXTRACT_FUNCTIONBUILDER_H

#include "extract/UnitBuilder.h"
#include "extract/Values.h"
#include "clang/AST/ExprCXX.h"
#include "clang/AST/StmtCXX.h"
#include "clang/Analysis/CFG.h"
#include "llvm/ADT/DenseSet.h"
#include <deque>
#include <optional>

namespace clang {
class OMPExecutableDirective;
}

namespace gilray::extract {

/// Might Clang's CFG know a condition's outcome? No is a promise.
bool mayBeKnown(const clang::Expr *Cond, const clang::ASTContext &Ctx);

class FunctionBuilder {
public:
  FunctionBuilder(UnitBuilder &U, ir::Function &F) : U(U), Ctx(U.Ctx), F(F), V(F, U.U) {}

  /// F's head (names, parameters) from D, then its body.
  void buildFunction(const clang::FunctionDecl *D);
  /// The initialiser of a variable with static storage: F writes it.
  void buildGlobalInit(const clang::VarDecl *Var);
  /// Destroys a variable with static storage.
  void buildGlobalDestructor(const clang::VarDecl *Var);
  /// What an implicit destructor does: members and bases in reverse order.
  void buildImplicitDestructor(const clang::CXXDestructorDecl *D);
  /// The outlined body of `omp parallel`; what it shares with the function around it become pointer parameters.
  void buildOmpBody(const clang::OMPExecutableDirective *D, llvm::ArrayRef<const clang::VarDecl *> Shared);

private:
  /// The inside of one expansion of a modelled macro, represented by one Macro event. A macro used in an argument that
  /// its own macro evaluates twice has two regions: Py_VISIT(Py_TYPE(self)).
  struct Region {
    clang::SourceLocation Macro;       ///< where its name is written
    const clang::Expr *Root = nullptr; ///< the whole expansion, when it is an expression whose value is used
    llvm::SmallVector<const clang::Expr *, 3> Args;
    bool Emitted = false;
    unsigned Temp = 0;
  };

  // ---- FunctionBuilder.cpp
  void head(const clang::FunctionDecl *D);
  void buildBody(const clang::Decl *D, clang::Stmt *Body);
  void listElements(clang::CFG::BuildOptions &Options) const;
  void buildBlock(const clang::CFGBlock &B);
  void buildTerminator(const clang::CFGBlock &B);
  void branch(const clang::CFGBlock &B, ir::ValueId Cond, const clang::Stmt *At);
  const clang::Expr *leafCondition(const clang::Stmt *T);
  void jump(const clang::CFGBlock &B, ir::JumpKind Kind, const clang::Stmt *At);
  void returnTo(const clang::CFGBlock &B);
  void switchTerminator(const clang::CFGBlock &B, const clang::SwitchStmt *S);
  void staticInitBranch(const clang::CFGBlock &B, const clang::DeclStmt *S);
  void entryEvents();
  ir::ValueId temporaryFlag(const clang::Stmt *Bind);

  // ---- Unwind.cpp
  void addHandlers(std::vector<const clang::CFGBlock *> &Order, llvm::DenseSet<const clang::CFGBlock *> &Seen);
  void handlerEntry(const clang::CXXCatchStmt *Catch);
  void dispatch(const clang::CFGBlock &B, const clang::CXXTryStmt *Try);
  const clang::Stmt *lastThrow(const clang::CFGBlock &B) const;
  void unwind();
  ir::BlockId target(const clang::CFGBlock::AdjacentBlock &A) const;

  // ---- Survey.cpp
  void survey(const clang::Stmt *S, Region *Parent, const clang::CXXTryStmt *Try, bool Discarded);
  void surveyNode(const clang::Stmt *S, Region *Parent, const clang::CXXTryStmt *Try, bool Discarded);
  void outline(const clang::Stmt *S);
  void surveyOmp(const clang::OMPExecutableDirective *D, Region *Parent, const clang::CXXTryStmt *Try);
  Region *enterRegion(const clang::Stmt *S, clang::SourceLocation Macro, Region *Parent, bool Discarded);
  Region *statementRegion(clang::SourceLocation Macro);
  void braceMacro(clang::SourceLocation Brace);
  void closingBrace(const clang::CompoundStmt &Body);
  void markLead(const clang::Stmt *S);
  void tested(const clang::Expr *Cond) { HasKnown = HasKnown || mayBeKnown(Cond, Ctx); }
  ir::ValueId namedArgument(llvm::ArrayRef<clang::SourceRange> Written);
  void markLeaves(const clang::Expr *E, Region *In);
  Region *region(const clang::Stmt *S) const { return Regions.lookup(S); }
  bool suppressed(const clang::Stmt *S) const { return region(S) || Outlined.contains(S); }

  // ---- Exprs.cpp, CxxExprs.cpp: values, no events (but a macro event on demand)
  ir::ValueId value(const clang::Expr *E);
  ir::ValueId structural(const clang::Expr *E);
  ir::ValueId cxxValue(const clang::Expr *E);
  ir::ValueId castValue(const clang::CastExpr *E);
  ir::ValueId unaryValue(const clang::UnaryOperator *E);
  ir::ValueId combine(const clang::BinaryOperator *E);
  ir::ValueId capturedValue(const clang::VarDecl *D);
  ir::ValueId binaryValue(const clang::BinaryOperator *E);
  ir::ValueId variablePath(const clang::VarDecl *D, const clang::Expr *E = nullptr);
  ir::ValueId declValue(const clang::ValueDecl *D, const clang::Expr *E);
  ir::ValueId memberValue(const clang::MemberExpr *E);
  ir::ValueId callValue(const clang::CallExpr *E);
  ir::ValueId fieldOf(ir::ValueId Object, const clang::FieldDecl *Field);
  ir::ValueId condition(const clang::Expr *E);
  ir::ValueId argument(const clang::Expr *E);
  ir::ValueId lambdaValue(const clang::LambdaExpr *E);
  ir::ValueId thisValue();
  ir::VarId variable(const clang::VarDecl *D);
  ir::ValueId tempOf(const clang::Stmt *E);
  unsigned tempNumber(const clang::Stmt *E);
  ir::ValueId macroTemp(Region &R);

  // ---- Events.cpp, CxxEvents.cpp
  void element(const clang::CFGElement &E);
  void statement(const clang::Stmt *S);
  void call(const clang::CallExpr *E);
  void builtinCall(const clang::CallExpr *E);
  void assignment(const clang::BinaryOperator *E);
  void increment(const clang::UnaryOperator *E);
  void declaration(const clang::DeclStmt *S);
  void initialise(ir::ValueId Path, const clang::Expr *E, const clang::Stmt *At);
  void read(const clang::Expr *E);
  void atomic(const clang::AtomicExpr *E);
  void assembly(const clang::GCCAsmStmt *S);
  ir::Event &write(ir::ValueId Dst, ir::ValueId Src, ir::Loc Where);
  void qualify(ir::Event &E, clang::QualType T);
  void emitMacro(Region &R);
  void arms(const clang::Stmt *S);
  void join(const clang::AbstractConditionalOperator *E);

  bool cxxStatement(const clang::Stmt *S);
  void construct(const clang::CXXConstructExpr *E, ir::ValueId Dest);
  ir::ValueId constructDest(const clang::ConstructionContext *C, const clang::Expr *E);
  void defaultArgument(const clang::Expr *E);
  const clang::Expr *newOf(ir::ValueId Object) const;
  void allocate(const clang::CXXNewExpr *E);
  void newExpr(const clang::CXXNewExpr *E);
  void deleteExpr(const clang::CXXDeleteExpr *E);
  void prepareInitializer(const clang::CXXCtorInitializer *I);
  void initializer(const clang::CXXCtorInitializer *I);
  void destroy(const clang::CFGImplicitDtor &E);
  bool isOwnPart(ir::ValueId Object) const;
  /// What destroys an object of type T; nothing if that does nothing.
  std::optional<ir::Event> destruction(ir::ValueId Address, clang::QualType T, const ir::Loc &Where);
  void destroyAt(ir::ValueId Address, clang::QualType T, ir::Loc Where, bool Implicit);
  void staticLocalInit(const clang::VarDecl *D, const clang::DeclStmt *S);
  void fork(const clang::OMPExecutableDirective *D);
  void mayThrow(ir::Event &E, const clang::Stmt *At);

  ir::Event &emit(ir::EventKind K, ir::Loc Where);

  UnitBuilder &U;
  clang::ASTContext &Ctx;
  ir::Function &F;
  Values V;
  const clang::FunctionDecl *Func = nullptr;
  const clang::CXXMethodDecl *LambdaBody = nullptr;

  llvm::DenseMap<const clang::VarDecl *, ir::VarId> VarIds;
  llvm::DenseMap<const clang::Decl *, ir::ValueId>
      LocalPaths; ///< of variables that are not captured, by any of their declarations
  llvm::DenseMap<const clang::VarDecl *, ir::ValueId> OmpCaptured; ///< path of a captured variable in an outlined body
  llvm::DenseMap<const clang::Stmt *, unsigned> TempIds;
  llvm::DenseMap<const clang::Expr *, ir::ValueId> Dests; ///< constructs that build a variable or member in place
  llvm::DenseMap<const clang::LambdaExpr *, ir::ValueId> LambdaValues;
  llvm::DenseMap<const clang::Stmt *, unsigned> TemporaryFlags; ///< conditional temporaries: was it made?
  llvm::DenseMap<unsigned, const clang::CXXNewExpr *> NewTemps;
  llvm::DenseSet<const clang::CXXNewExpr *> Allocated;
  const clang::VarDecl *GlobalInit = nullptr;
  unsigned NextTemp = 0, NextOmp = 0;

  std::deque<Region> AllRegions;
  llvm::DenseMap<const clang::Stmt *, Region *> Regions; ///< of statements inside
  llvm::DenseMap<const clang::Expr *, Region *> Roots;   ///< whole expansions used as a value
  llvm::DenseMap<const clang::Expr *, Region *> Leaves;  ///< conditions inside a root that is && or ||
  llvm::DenseMap<clang::SourceLocation, Region *> StatementRegions;
  /// Macros that expand to a brace alone: emitted before what follows them.
  llvm::SmallVector<Region *, 2> PendingBraces;
  llvm::DenseMap<const clang::Stmt *, llvm::SmallVector<Region *, 1>> Lead;
  llvm::DenseMap<const clang::Stmt *, Region *> Trail; ///< a closing brace behind this statement
  llvm::DenseSet<const clang::Stmt *> Discards, Outlined, RegionTops, NestedLists;
  llvm::DenseSet<const clang::Stmt *>
      InPlace; ///< temporaries that are elements of an aggregate, not objects of their own
  llvm::DenseSet<const clang::VarDecl *> OutlinedVars;
  llvm::DenseMap<const clang::CallExpr *, const MacroUse *> NamedCallees; ///< function-pointer macros called
  llvm::DenseMap<const clang::Stmt *, llvm::SmallVector<const clang::AbstractConditionalOperator *, 1>> Arms;
  llvm::DenseMap<const clang::Stmt *, unsigned> ArmsSeen;
  llvm::DenseMap<const clang::Stmt *, const clang::CXXTryStmt *> TryOf;
  bool HasErrors = false, HasTry = false, HasThrow = false, HasCleanup = false;
  bool HasKnown = false; ///< a condition may be a constant

  class Unwinder;
  std::vector<const clang::CXXTryStmt *> Throwing; ///< innermost try around each event that may throw
  llvm::DenseMap<const clang::CXXTryStmt *, const clang::CFGBlock *> DispatchOf;
  std::vector<const clang::CXXTryStmt *> LeavesTryOrder; ///< tries without catch (...)
  llvm::DenseMap<ir::BlockId, const clang::CXXTryStmt *> ThrowTry;
  llvm::DenseMap<ir::ValueId, const clang::CXXTryStmt *> ObjectTry; ///< by address
  /// A constructor that throws destroys the bases and members that it has built.
  std::vector<ir::Event> BuiltParts;

  const clang::CFG *Graph = nullptr;
  std::vector<ir::BlockId> IdOf; ///< by CFG block id
  llvm::DenseMap<const clang::CFGBlock *, const clang::ReturnStmt *> AfterReturn;
  ir::BlockId Current = 0;
  const clang::ReturnStmt *LastReturn = nullptr;
  ir::ValueId ReturnValue = 0;
  std::vector<uint32_t> Work; ///< per block, until loops are known
};

/// Clears what is unreachable, joins straight lines, renumbers in reverse post-order, finds loops. Work: per block.
void finishGraph(ir::Function &F, std::vector<uint32_t> Work);

} // namespace gilray::extract

#endif
