// The preprocessor's facts as the unit records them: versions, conditional groups, suppressions, macros at file scope.
#include "extract/UnitBuilder.h"
#include "clang/Lex/Lexer.h"
#include "clang/Lex/MacroInfo.h"
#include "clang/Lex/Preprocessor.h"
#include <set>

namespace gilray::extract {

using namespace clang;
using llvm::StringRef;

/// The number that an object-like macro stands for, through other macros; nothing if it is not a plain number.
static std::optional<uint64_t> numberOf(Preprocessor &PP, StringRef Name, unsigned Depth = 0) {
  const MacroInfo *M = PP.getMacroInfo(PP.getIdentifierInfo(Name));
  if (!M || M->isFunctionLike() || M->getNumTokens() != 1 || Depth > 8)
    return std::nullopt;
  const Token &T = M->getReplacementToken(0);
  if (T.is(tok::identifier))
    return numberOf(PP, T.getIdentifierInfo()->getName(), Depth + 1);
  uint64_t N;
  if (!T.is(tok::numeric_constant) || PP.getSpelling(T).empty() ||
      StringRef(PP.getSpelling(T)).rtrim("uUlL").getAsInteger(0, N))
    return std::nullopt;
  return N;
}

/// "#if" text: from the condition to the end of the line, continuation lines joined, white space collapsed.
static std::string lineText(StringRef Text) {
  std::string Out;
  for (size_t I = 0; I < Text.size(); ++I) {
    char C = Text[I];
    if (C == '\\' && I + 1 < Text.size() && (Text[I + 1] == '\n' || Text[I + 1] == '\r')) {
      I += Text.substr(I + 1).starts_with("\r\n") ? 2 : 1;
      C = ' ';
    } else if (C == '\n' || C == '\r' || Text.substr(I).starts_with("//") || Text.substr(I).starts_with("/*")) {
      break;
    }
    if (C == '\t')
      C = ' ';
    if (C != ' ' || (!Out.empty() && Out.back() != ' '))
      Out += C;
  }
  return StringRef(Out).rtrim().str();
}

void UnitBuilder::noteBody(SourceRange R) {
  // A body whose brace comes from a macro is that macro's doing, which is what file-scope macros are about.
  if (R.isValid() && R.getBegin().isFileID())
    Bodies.push_back({R.getBegin(), SM.getFileLoc(R.getEnd())});
}

void UnitBuilder::facts() {
  Preprocessor &Pre = PP.preprocessor();
  ir::UnitFacts &Facts = U.Facts;
  Facts.NDebug = Pre.isMacroDefined("NDEBUG");
  if (auto Major = numberOf(Pre, "PY_MAJOR_VERSION")) {
    auto Part = [&](StringRef Name) { return uint32_t(numberOf(Pre, Name).value_or(0)); };
    Facts.PyVersionHex = uint32_t(*Major) << 24 | Part("PY_MINOR_VERSION") << 16 | Part("PY_MICRO_VERSION") << 8 |
                         Part("PY_RELEASE_LEVEL") << 4 | Part("PY_RELEASE_SERIAL");
    Facts.GilDisabled = Pre.isMacroDefined("Py_GIL_DISABLED");
  }
  if (Pre.isMacroDefined("Py_LIMITED_API")) // defined empty or as 3 means the first version that has it
    Facts.LimitedApi = std::max<uint32_t>(numberOf(Pre, "Py_LIMITED_API").value_or(0), 0x03020000);

  Facts.NanobindFreeThreaded = Pre.isMacroDefined("NB_FREE_THREADED");
  conditionals();
  suppressions();
  topLevelMacros();
  mapLines();
}

/// Identifiers between two places of one file but for those of directives' names. Raw tokens: skipped text need not be
/// valid code.
static std::set<StringRef> namesBetween(SourceManager &SM, const LangOptions &Opts, SourceLocation From,
                                        SourceLocation To) {
  FileID File = SM.getFileID(From);
  StringRef Buffer = SM.getBufferData(File);
  unsigned End = SM.getFileOffset(To);
  Lexer Raw(SM.getLocForStartOfFile(File), Opts, Buffer.begin(), Buffer.begin() + SM.getFileOffset(From), Buffer.end());
  std::set<StringRef> Names;
  Token T;
  bool OwnLine = true, DirectiveName = false;
  for (bool First = true; !Raw.LexFromRawLexer(T) && SM.getFileOffset(T.getLocation()) < End; First = false) {
    OwnLine &= First || !T.isAtStartOfLine();
    if (T.is(tok::raw_identifier) && !OwnLine && !DirectiveName)
      Names.insert(T.getRawIdentifier());
    DirectiveName = T.is(tok::hash) && T.isAtStartOfLine();
  }
  return Names;
}

void UnitBuilder::conditionals() {
  for (const PPGroupFact &G : PP.Groups) {
    ir::PPGroup Out;
    Out.Taken = G.Taken;
    Out.Previous = G.Previous;
    if (G.Condition.isValid()) {
      SourceLocation Begin = SM.getFileLoc(G.Condition.getBegin());
      StringRef Buffer = SM.getBufferData(SM.getFileID(Begin));
      Out.Condition = U.intern(G.Prefix + lineText(Buffer.drop_front(SM.getFileOffset(Begin))));
    }
    Out.Where = loc(G.Hash);
    if (G.End.isValid() && SM.getFileID(G.End) == SM.getFileID(G.Hash)) {
      Out.Where.EndLine = SM.getSpellingLineNumber(G.End);
      Out.Where.EndCol = 1;
      if (!G.Taken)
        for (StringRef N : namesBetween(SM, Ctx.getLangOpts(), G.Hash, G.End))
          Out.Names.push_back(U.intern(N));
    }
    U.PPGroups.push_back(std::move(Out));
  }
}

void UnitBuilder::suppressions() {
  for (const SuppressionFact &S : PP.Suppressions) {
    ir::Suppression Out;
    Out.Kind = S.Kind;
    for (const std::string &C : S.Checks)
      Out.Checks.push_back(U.intern(C));
    FileID File = SM.getFileID(S.Where);
    Out.Where.File = file(File);
    Out.Where.Line = SM.getSpellingLineNumber(S.Where);
    Out.Where.Col = SM.getSpellingColumnNumber(S.Where);
    Out.Where.EndLine = Out.Where.Line;
    Out.Where.EndCol = Out.Where.Col + S.Length;
    U.Suppressions.push_back(std::move(Out));
  }
}

/// Where the arguments of `...` in Run (written in a file) are parted: at commas outside brackets.
static llvm::SmallVector<SourceRange, 2> partedAtCommas(SourceManager &SM, const LangOptions &Opts, SourceRange Run) {
  llvm::SmallVector<SourceRange, 2> Parts;
  StringRef Buffer = SM.getBufferData(SM.getFileID(Run.getBegin()));
  SourceLocation Start = SM.getLocForStartOfFile(SM.getFileID(Run.getBegin()));
  Lexer Raw(Start, Opts, Buffer.begin(), Buffer.begin() + SM.getFileOffset(Run.getBegin()), Buffer.end());
  Token T;
  unsigned Depth = 0;
  bool Between = true;
  while (!Raw.LexFromRawLexer(T) && T.getLocation() <= Run.getEnd()) {
    if (T.isOneOf(tok::l_paren, tok::l_square, tok::l_brace))
      ++Depth;
    else if (T.isOneOf(tok::r_paren, tok::r_square, tok::r_brace))
      --Depth;
    if (T.is(tok::comma) && !Depth) {
      Between = true;
    } else if (Between) {
      Parts.push_back(T.getLocation());
      Between = false;
    } else {
      Parts.back().setEnd(T.getLocation());
    }
  }
  return Parts;
}

void UnitBuilder::noteMacroBody(const FunctionDecl *F) {
  if (!F->getLocation().isMacroID() || !F->doesThisDeclarationHaveABody() || F->hasSkippedBody())
    return;
  SourceLocation Brace = F->getBody()->getBeginLoc();
  SourceLocation Head = bindingMacro(F->getLocation());
  if (Head.isValid() && bindingMacro(Brace) != Head)
    MacroBodies.try_emplace(Head, functionId(F));
}

void UnitBuilder::topLevelMacros() {
  llvm::sort(Bodies, [](SourceRange A, SourceRange B) { return A.getBegin() < B.getBegin(); });
  auto InsideBody = [&](SourceLocation L) {
    auto After = llvm::partition_point(Bodies, [&](SourceRange R) { return R.getBegin() <= L; });
    // Bodies nest (a class and its methods): look back until one that could hold L has been found or ruled out.
    for (auto It = After; It != Bodies.begin() && std::distance(It, After) < 64;)
      if (L <= (--It)->getEnd())
        return true;
    return false;
  };
  std::vector<SourceLocation> Order;
  for (SourceLocation L : PP.TopLevelOrder)
    if (SM.getFileID(L) == SM.getMainFileID() && !InsideBody(L))
      Order.push_back(L);
  for (auto &[Head, Id] : MacroBodies)
    if (Head.isMacroID() && SM.getFileID(SM.getExpansionLoc(Head)) == SM.getMainFileID())
      Order.push_back(Head);
  llvm::sort(Order, [&](SourceLocation A, SourceLocation B) {
    return std::pair(SM.getExpansionLoc(A), A) < std::pair(SM.getExpansionLoc(B), B);
  });
  auto Text = [&](SourceRange R) {
    SourceLocation Begin = SM.getSpellingLoc(R.getBegin()), End = SM.getSpellingLoc(R.getEnd());
    return Lexer::getSourceText(CharSourceRange::getTokenRange(Begin, End), SM, Ctx.getLangOpts());
  };
  for (SourceLocation L : Order) {
    const MacroUse *Use = PP.use(L);
    ir::TopLevelMacro Out;
    Out.Name = U.intern(Use->Name->getName());
    Out.Body = MacroBodies.lookup(L);
    Out.Where = loc(L, Use->Range);
    for (const auto &Runs : Use->Args) {
      bool Rest = Use->Variadic && &Runs == &Use->Args.back();
      if (Rest && Runs.size() == 1 && Runs[0].getBegin().isFileID()) {
        for (SourceRange Part : partedAtCommas(SM, Ctx.getLangOpts(), Runs[0]))
          Out.Args.push_back({U.intern(Text(Part)), loc(Part.getBegin(), Part)});
        continue;
      }
      if (Rest && Runs.empty())
        continue;
      ir::MacroArg Arg;
      std::string Written;
      for (SourceRange Run : Runs)
        Written += (Written.empty() ? "" : " ") + Text(Run).str();
      Arg.Text = U.intern(Written);
      if (!Runs.empty())
        Arg.Where = loc(Runs.front().getBegin(), SourceRange(Runs.front().getBegin(), Runs.back().getEnd()));
      Out.Args.push_back(Arg);
    }
    U.TopLevelMacros.push_back(std::move(Out));
  }
}

} // namespace gilray::extract
