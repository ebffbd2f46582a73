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

  for (const PPGroupFact &G : PP.Groups) {
    ir::PPGroup Out;
    Out.Taken = G.Taken;
    if (G.Condition.isValid()) {
      SourceLocation Begin = SM.getFileLoc(G.Condition.getBegin());
      StringRef Buffer = SM.getBufferData(SM.getFileID(Begin));
      Out.Condition = U.intern(G.Prefix + lineText(Buffer.drop_front(SM.getFileOffset(Begin))));
    }
    Out.Where = loc(G.Hash);
    if (G.End.isValid() && SM.getFileID(G.End) == SM.getFileID(G.Hash)) {
      Out.Where.EndLine = SM.getSpellingLineNumber(G.End);
      Out.Where.EndCol = 1;
    }
    if (!G.Taken && G.End.isValid() && SM.getFileID(G.End) == SM.getFileID(G.Hash)) {
      // Raw tokens after the directive's own line: skipped text need not be valid code.
      FileID File = SM.getFileID(G.Hash);
      StringRef Buffer = SM.getBufferData(File);
      unsigned To = SM.getFileOffset(G.End);
      Lexer Raw(SM.getLocForStartOfFile(File), Ctx.getLangOpts(), Buffer.begin(),
                Buffer.begin() + SM.getFileOffset(G.Hash), Buffer.end());
      std::set<StringRef> Names;
      Token T;
      bool Directive = true;
      for (bool First = true; !Raw.LexFromRawLexer(T) && SM.getFileOffset(T.getLocation()) < To; First = false) {
        Directive &= First || !T.isAtStartOfLine();
        if (!Directive && T.is(tok::raw_identifier))
          Names.insert(T.getRawIdentifier());
      }
      for (StringRef N : Names)
        Out.Names.push_back(U.intern(N));
    }
    U.PPGroups.push_back(std::move(Out));
  }

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

  llvm::sort(Bodies, [](SourceRange A, SourceRange B) { return A.getBegin() < B.getBegin(); });
  for (SourceLocation L : PP.TopLevelOrder) {
    auto After = llvm::partition_point(Bodies, [&](SourceRange R) { return R.getBegin() <= L; });
    bool Inside = false;
    // Bodies nest (a class and its methods): look back until one that could hold L has been found or ruled out.
    for (auto It = After; It != Bodies.begin() && !Inside && std::distance(It, After) < 64;)
      Inside = L <= (--It)->getEnd();
    const MacroUse *Use = PP.use(L);
    if (Inside || SM.getFileID(L) != SM.getMainFileID())
      continue;
    ir::TopLevelMacro Out;
    Out.Name = U.intern(Use->Name->getName());
    Out.Where = loc(L, Use->Range);
    for (const auto &Runs : Use->Args)
      Out.Args.push_back(U.intern(
          Runs.empty()
              ? StringRef()
              : Lexer::getSourceText(CharSourceRange::getTokenRange(Runs.front().getBegin(), Runs.back().getEnd()), SM,
                                     Ctx.getLangOpts())));
    U.TopLevelMacros.push_back(std::move(Out));
  }
}

} // namespace gilray::extract
