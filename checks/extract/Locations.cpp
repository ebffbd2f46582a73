// Source locations as the user sees them. A token of a macro *argument* is where it is written; a token of a macro
// *body* is where the macro is used, and the macros it came through are its chain.
#include "api/Model.h"
#include "extract/UnitBuilder.h"
#include "clang/AST/ExprCXX.h"
#include "clang/AST/StmtCXX.h"
#include "clang/Basic/CharInfo.h"
#include "clang/Lex/Lexer.h"
#include "llvm/ADT/SmallPtrSet.h"

namespace gilray::extract {

using namespace clang;
using ir::FileId;
using ir::Loc;
using llvm::StringRef;

struct UnitBuilder::Origin {
  struct Step {
    SourceLocation Name;   ///< of the macro, where it is used
    SourceLocation InBody; ///< spelling inside the macro's definition
  };
  SourceLocation File;
  SourceRange Expansion;            ///< in the file; invalid when the token is written in the file
  llvm::SmallVector<Step, 4> Steps; ///< innermost first
};

FileId UnitBuilder::file(clang::FileID F) {
  if (F.isInvalid())
    return 0;
  if (F == LastFile.first)
    return LastFile.second;
  auto [It, New] = FileIds.try_emplace(F, 0);
  if (!New) {
    LastFile = {F, It->second};
    return It->second;
  }
  StringRef Path = Files.path(F);
  if (Path.empty())
    return 0;
  auto [ByPath, NewPath] = FileByPath.try_emplace(Path.str(), U.Files.size());
  if (NewPath)
    U.Files.push_back({U.intern(Path), Files.fileClass(F)});
  return FileIds[F] = ByPath->second;
}

UnitBuilder::Origin UnitBuilder::origin(SourceLocation L) {
  Origin O;
  while (L.isMacroID()) {
    if (SM.isMacroArgExpansion(L)) {
      // Where it is written counts, but what the macro around it is matters too: assert(...), a macro that releases.
      SourceLocation InBody = SM.getImmediateExpansionRange(L).getBegin();
      if (InBody.isMacroID()) {
        SourceLocation Name = SM.getImmediateExpansionRange(InBody).getBegin();
        if (PP.use(Name))
          O.Steps.push_back({Name, SM.getSpellingLoc(InBody)});
      }
      L = SM.getImmediateSpellingLoc(L);
      O.Expansion = SourceRange();
      continue;
    }
    CharSourceRange R = SM.getImmediateExpansionRange(L);
    if (PP.use(R.getBegin()))
      O.Steps.push_back({R.getBegin(), SM.getSpellingLoc(L)});
    O.Expansion = R.getAsRange();
    L = R.getBegin();
  }
  O.File = L;
  return O;
}

ir::ChainId UnitBuilder::chain(const Origin &O) {
  if (O.Steps.empty())
    return 0;
  if (O.Steps.size() > 1)
    return newChain(O);
  const Origin::Step &Only = O.Steps.front();
  auto [It, New] = OneStepChains.try_emplace({PP.use(Only.Name)->Name, Only.InBody});
  if (New)
    It->second = newChain(O);
  return It->second;
}

ir::ChainId UnitBuilder::newChain(const Origin &O) {
  std::vector<ir::MacroStep> Steps;
  std::vector<std::tuple<StringRef, FileId, unsigned, unsigned>> Key;
  for (const Origin::Step &S : llvm::reverse(O.Steps)) {
    const MacroUse *Use = PP.use(S.Name);
    // Pasted tokens are spelled in scratch space: then the definition as a whole must do.
    auto [Defined, NewPlace] = MacroPlaces.try_emplace(S.InBody);
    if (NewPlace) {
      Sources::Place Def = Files.place(S.InBody);
      if (!file(Def.File))
        Def = Files.place(Use->Defined);
      Defined->second.File = file(Def.File);
      if (Defined->second.File) {
        Defined->second.Line = Def.Line;
        Defined->second.Col = Def.Col;
      }
    }
    ir::MacroStep Step;
    Step.Name = U.intern(Use->Name->getName());
    Step.Class = Use->Class;
    Step.Defined = Defined->second;
    Key.emplace_back(Step.Name, Step.Defined.File, Step.Defined.Line, Step.Defined.Col);
    Steps.push_back(Step);
  }
  auto [It, New] = Chains.try_emplace(std::move(Key), U.MacroChains.size());
  if (New)
    U.MacroChains.push_back(std::move(Steps));
  return It->second;
}

/// "..." of plain characters; 0: the lexer must look at it.
static unsigned plainString(const char *Begin) {
  const char *P = Begin + 1;
  while (*P != '"' && *P != '\\' && *P != '?' && isPrintable(*P))
    ++P;
  if (*P++ != '"')
    return 0;
  bool Suffix = isAsciiIdentifierContinue(*P) || *P == '\\' || static_cast<unsigned char>(*P) >= 0x80; // "..."s
  return Suffix ? 0 : P - Begin;
}

/// Lexer::MeasureTokenLength without a lexer for the tokens that end most expressions.
static unsigned tokenLength(SourceManager &SM, const LangOptions &Opts, SourceLocation L, const char *Begin) {
  const char *P = Begin;
  if (*P == ')' || *P == ']' || *P == '}' || *P == ';')
    return 1;
  if (*P == '"')
    if (unsigned Length = plainString(P))
      return Length;
  if (isAsciiIdentifierStart(*P))
    while (isAsciiIdentifierContinue(*P))
      ++P;
  // String prefixes (L"..."), continued lines and non-ASCII names are the lexer's business.
  if (P != Begin && *P != '"' && *P != '\'' && *P != '\\' && static_cast<unsigned char>(*P) < 0x80)
    return P - Begin;
  return Lexer::MeasureTokenLength(L, SM, Opts);
}

void UnitBuilder::extent(Loc &Out, SourceLocation Begin, SourceLocation End) {
  Sources::Place First = Files.place(Begin);
  Out.File = file(First.File);
  if (!Out.File)
    return;
  Out.Line = First.Line;
  Out.Col = First.Col;
  Sources::Place Last = Begin == End ? First : Files.place(End);
  if (Last.File != First.File || End < Begin || !Last.Text)
    return;
  unsigned Length = tokenLength(SM, Ctx.getLangOpts(), End, Last.Text);
  // Only raw strings and continued lines span lines.
  if (StringRef(Last.Text, Length).contains('\n'))
    Last = Files.place(End.getLocWithOffset(Length));
  else
    Last.Col += Length;
  Out.EndLine = Last.Line;
  Out.EndCol = Last.Col;
}

Loc UnitBuilder::loc(SourceLocation Anchor, SourceRange Extent) {
  Loc Out;
  if (Anchor.isInvalid())
    return Out;
  if (Anchor.isFileID()) {
    SourceLocation Begin = Extent.isValid() ? SM.getFileLoc(Extent.getBegin()) : Anchor;
    SourceLocation End = Extent.isValid() ? SM.getFileLoc(Extent.getEnd()) : Anchor;
    // An expression whose last token is a macro's ends where the macro use ends: f(x, MAX(a, b))
    if (Extent.isValid() && Extent.getEnd().isMacroID() && SM.isMacroBodyExpansion(Extent.getEnd()))
      End = SM.getExpansionRange(Extent.getEnd()).getEnd();
    extent(Out, Begin, End);
    return Out;
  }
  Origin O = origin(Anchor);
  if (O.Expansion.isValid()) {
    extent(Out, O.File, SM.getFileLoc(O.Expansion.getEnd()));
  } else {
    SourceLocation Begin = SM.getFileLoc(Extent.getBegin()), End = SM.getFileLoc(Extent.getEnd());
    bool Same = SM.getFileID(Begin) == SM.getFileID(O.File) && Begin <= O.File && End >= O.File;
    extent(Out, Same ? Begin : O.File, Same ? End : O.File);
  }
  Out.Chain = chain(O);
  return Out;
}

Loc UnitBuilder::loc(const Stmt *S) {
  SourceLocation Anchor = anchorOf(S);
  if (auto *E = dyn_cast<Expr>(S); E && Anchor.isMacroID())
    S = E->IgnoreParenImpCasts(); // parentheses may be another macro's than what they hold
  return loc(Anchor, S->getSourceRange());
}

SourceLocation UnitBuilder::expandedMacro(SourceLocation L) {
  if (L.isFileID())
    return {};
  // All tokens of one entry of Clang's location table share its macro; so do the tokens of one entry of an argument,
  // which come from one entry or one file.
  auto [Id, Offset] = SM.getDecomposedLoc(L);
  if (Id.isInvalid())
    return {};
  if (ExpandedMacros.empty())
    ExpandedMacros.resize(SM.local_sloc_entry_size());
  size_t Index = Id.getHashValue();
  bool Kept = Index < ExpandedMacros.size();
  if (Kept && ExpandedMacros[Index])
    return *ExpandedMacros[Index];
  const SrcMgr::ExpansionInfo &Entry = SM.getSLocEntry(Id).getExpansion();
  SourceLocation Found;
  if (Entry.isMacroArgExpansion()) {
    Found = expandedMacro(Entry.getSpellingLoc().getLocWithOffset(Offset));
  } else {
    SourceLocation Name = Entry.getExpansionLocStart();
    Found = expandedMacro(Name);
    if (Found.isInvalid())
      if (const MacroUse *Use = PP.use(Name))
        if (Use->FunctionLike && isPythonSide(Use->Class) && !api::isExpandedMacro(Use->Name->getName()))
          Found = Name;
  }
  if (Kept)
    ExpandedMacros[Index] = Found;
  return Found;
}

SourceLocation UnitBuilder::bindingMacro(SourceLocation L) {
  Origin O = origin(L);
  for (const Origin::Step &S : llvm::reverse(O.Steps))
    if (const MacroUse *Use = PP.use(S.Name); Use->FunctionLike && isPythonSide(Use->Class))
      return S.Name;
  return {};
}

const MacroUse *UnitBuilder::modelledObjectMacro(SourceLocation L) {
  Origin O = origin(L);
  for (const Origin::Step &S : llvm::reverse(O.Steps)) {
    const MacroUse *Use = PP.use(S.Name);
    if (!Use->FunctionLike && isPythonSide(Use->Class))
      return Use;
  }
  return nullptr;
}

int UnitBuilder::macroArgument(SourceLocation Name, SourceLocation L) {
  const MacroUse *Use = PP.use(Name);
  while (L.isMacroID()) {
    bool IsArg = SM.isMacroArgExpansion(L);
    SourceLocation Start = SM.getImmediateExpansionRange(L).getBegin();
    L = IsArg ? SM.getImmediateSpellingLoc(L) : Start;
    // For an argument Clang records the parameter's place in the macro's expanded body.
    if (!IsArg || Start.isFileID() || SM.getImmediateExpansionRange(Start).getBegin() != Name)
      continue;
    // L is now in the text of the argument, or in a macro used there: climb to the argument's own text.
    while (true) {
      for (unsigned I = 0; I < Use->Args.size(); ++I)
        for (SourceRange Run : Use->Args[I])
          if (Run.getBegin() <= L && L <= Run.getEnd() && SM.getFileID(L) == SM.getFileID(Run.getBegin()))
            return I;
      if (L.isFileID())
        return -1;
      L = SM.isMacroArgExpansion(L) ? SM.getImmediateSpellingLoc(L) : SM.getImmediateExpansionRange(L).getBegin();
    }
  }
  return -1;
}

StringRef UnitBuilder::constantName(SourceLocation L) {
  if (L.isInvalid() || L.isFileID())
    return {};
  Origin O = origin(L);
  for (const Origin::Step &S : llvm::reverse(O.Steps)) {
    const MacroUse *Use = PP.use(S.Name);
    if (!Use->Constant)
      continue;
    // NULL, TRUE and EOF say no more than their value.
    if (Use->Class != ir::HeaderClass::Project && !isPythonSide(Use->Class))
      return {};
    return U.intern(Use->Name->getName());
  }
  return {};
}

StringRef UnitBuilder::elementName(SourceLocation L, SourceLocation Braces) {
  if (L.isInvalid() || L.isFileID())
    return {};
  llvm::SmallPtrSet<const MacroUse *, 4> Around;
  if (Braces.isValid())
    for (const Origin::Step &S : origin(Braces).Steps)
      Around.insert(PP.use(S.Name));
  Origin O = origin(L);
  for (const Origin::Step &S : llvm::reverse(O.Steps)) {
    const MacroUse *Use = PP.use(S.Name);
    if (!Use->FunctionLike && isPythonSide(Use->Class) && !Around.contains(Use))
      return U.intern(Use->Name->getName());
  }
  return constantName(L);
}

/// What S wraps without a place of its own in the source; null: it has one.
static const Stmt *wrapped(const Stmt *S) {
  switch (S->getStmtClass()) {
  case Stmt::ImplicitCastExprClass:
    return cast<ImplicitCastExpr>(S)->getSubExpr();
  case Stmt::ConstantExprClass:
  case Stmt::ExprWithCleanupsClass:
    return cast<FullExpr>(S)->getSubExpr();
  case Stmt::MaterializeTemporaryExprClass:
    return cast<MaterializeTemporaryExpr>(S)->getSubExpr();
  case Stmt::CXXBindTemporaryExprClass:
    return cast<CXXBindTemporaryExpr>(S)->getSubExpr();
  case Stmt::ParenExprClass: // `#define M(x) f((x))`: the parentheses are the macro's, x is not
    return cast<ParenExpr>(S)->getSubExpr();
  default:
    return nullptr;
  }
}

SourceLocation anchorOf(const Stmt *S) {
  while (const Stmt *Inner = wrapped(S))
    S = Inner;
  if (auto *Ref = dyn_cast<DeclRefExpr>(S)) // the most frequent one
    return Ref->getBeginLoc();
  if (auto *Call = dyn_cast<CallExpr>(S); Call && !isa<CXXOperatorCallExpr>(S) && Call->getRParenLoc().isValid())
    return Call->getRParenLoc();
  if (auto *Ret = dyn_cast<ReturnStmt>(S))
    return Ret->getReturnLoc();
  if (auto *E = dyn_cast<Expr>(S))
    if (SourceLocation At = E->getExprLoc(); At.isValid())
      return At;
  return S->getBeginLoc();
}

} // namespace gilray::extract
