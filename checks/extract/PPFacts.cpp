// Preprocessor callbacks behind PPFacts. Kept cheap: expansions in modelled headers are not recorded.
#include "extract/PPFacts.h"
#include "ir/Nolint.h"
#include "clang/Lex/HeaderSearch.h"
#include "clang/Lex/MacroArgs.h"
#include "clang/Lex/MacroInfo.h"
#include "clang/Lex/PreprocessorOptions.h"
#include "llvm/ADT/StringExtras.h"

namespace gilray::extract {

using namespace clang;
using ir::HeaderClass;
using llvm::StringRef;

class PPFacts::Callbacks : public PPCallbacks {
public:
  explicit Callbacks(PPFacts &Facts) : F(Facts) {}

  void InclusionDirective(SourceLocation, const Token &, StringRef FileName, bool, CharSourceRange,
                          OptionalFileEntryRef File, StringRef, StringRef, const Module *, bool,
                          SrcMgr::CharacteristicKind) override {
    if (File && F.Files.classes().noteInclude(FileName, F.Files.absolute(File->getName()))) {
      F.Files.forget();
      ClassOf.clear();
      LastFile = FileID();
    }
  }

  void FileChanged(SourceLocation Loc, FileChangeReason, SrcMgr::CharacteristicKind, FileID) override {
    // #line, a line marker, or the end of an include: what it says of the lines is asked at the end.
    SourceManager &SM = F.Files.SM;
    if (SM.hasLineTable() && SM.isWrittenInMainFile(Loc))
      F.LineNotes.push_back(Loc);
  }

  void MacroExpands(const Token &NameTok, const MacroDefinition &MD, SourceRange Range,
                    const MacroArgs *Args) override {
    const MacroInfo *Info = MD.getMacroInfo();
    if (!Info || Info->isBuiltinMacro() || !lexingProject(NameTok.getLocation()))
      return;
    if (!F.UseAt.try_emplace(NameTok.getLocation(), F.Uses.size()).second)
      return;
    MacroUse &Use = F.Uses.emplace_back();
    Use.Name = NameTok.getIdentifierInfo();
    Use.Range = Range;
    Use.Defined = Info->getDefinitionLoc();
    Use.FunctionLike = Info->isFunctionLike();
    Use.Variadic = Info->isVariadic();
    Use.Constant = !Use.FunctionLike && Info->getNumTokens() <= 4;
    auto [Class, NewMacro] = ClassOf.try_emplace(Info);
    if (NewMacro)
      Class->second = F.Files.fileClass(F.Files.SM.getFileID(Use.Defined));
    Use.Class = Class->second;
    if (!Use.FunctionLike || !isPythonSide(Use.Class))
      return;
    if (NameTok.getLocation().isFileID())
      F.TopLevelOrder.push_back(NameTok.getLocation());
    if (Args)
      Use.Args.reserve(Args->getNumMacroArguments());
    for (unsigned I = 0; Args && I < Args->getNumMacroArguments(); ++I) {
      auto &Runs = Use.Args.emplace_back();
      for (const Token *T = Args->getUnexpArgument(I); T->isNot(tok::eof); ++T) {
        SourceLocation L = T->getLocation();
        if (Runs.empty() || !sameSource(Runs.back().getEnd(), L))
          Runs.push_back(L);
        else
          Runs.back().setEnd(L);
      }
    }
  }

  void openInPreamble(SourceLocation Loc, SourceRange Cond, StringRef Prefix, bool Taken, bool AnyTaken) {
    Stack.push_back({record(Loc, Cond, Prefix, Taken), AnyTaken});
  }
  void If(SourceLocation Loc, SourceRange Cond, ConditionValueKind Value) override {
    open(Loc, Cond, "", Value == CVK_True);
  }
  void Elif(SourceLocation Loc, SourceRange Cond, ConditionValueKind Value, SourceLocation) override {
    next(Loc, Cond, "", Value == CVK_True);
  }
  void Ifdef(SourceLocation Loc, const Token &Name, const MacroDefinition &MD) override {
    open(Loc, Name.getLocation(), "defined ", static_cast<bool>(MD));
  }
  void Ifndef(SourceLocation Loc, const Token &Name, const MacroDefinition &MD) override {
    open(Loc, Name.getLocation(), "!defined ", !MD);
  }
  void Elifdef(SourceLocation Loc, const Token &Name, const MacroDefinition &MD) override {
    next(Loc, Name.getLocation(), "defined ", static_cast<bool>(MD));
  }
  void Elifdef(SourceLocation Loc, SourceRange Cond, SourceLocation) override { next(Loc, Cond, "defined ", false); }
  void Elifndef(SourceLocation Loc, const Token &Name, const MacroDefinition &MD) override {
    next(Loc, Name.getLocation(), "!defined ", !MD);
  }
  void Elifndef(SourceLocation Loc, SourceRange Cond, SourceLocation) override { next(Loc, Cond, "!defined ", false); }
  void Else(SourceLocation Loc, SourceLocation) override {
    if (Stack.empty())
      return;
    bool Taken = !Stack.back().AnyTaken;
    next(Loc, SourceRange(), "", Taken);
  }
  void Endif(SourceLocation Loc, SourceLocation) override {
    if (Stack.empty())
      return;
    close(Loc);
    Stack.pop_back();
  }

private:
  static constexpr size_t NoGroup = ~size_t(0);
  struct Open {
    size_t Group;
    bool AnyTaken;
  };

  bool inProject(SourceLocation Loc) { return inProject(F.Files.SM.getFileID(F.Files.SM.getExpansionLoc(Loc))); }

  /// The same for a token just lexed: an expansion never leaves its file.
  bool lexingProject(SourceLocation Loc) {
    if (const PreprocessorLexer *Lexer = F.PP.getCurrentFileLexer())
      return inProject(Lexer->getFileID());
    return inProject(Loc);
  }

  bool inProject(FileID File) {
    if (File != LastFile) {
      LastFile = File;
      LastProject = F.Files.fileClass(File) == HeaderClass::Project;
    }
    return LastProject;
  }

  bool sameSource(SourceLocation A, SourceLocation B) {
    if (A.isFileID() && B.isFileID())
      return A <= B; // a call of a macro does not span files
    return F.Files.SM.getFileID(A) == F.Files.SM.getFileID(B) && A <= B;
  }

  size_t record(SourceLocation Loc, SourceRange Cond, StringRef Prefix, bool Taken, size_t Previous = NoGroup) {
    if (!inProject(Loc))
      return NoGroup;
    F.Groups.push_back({Loc, SourceLocation(), Cond, Prefix.str(), Taken, unsigned(Previous + 1)});
    return F.Groups.size() - 1;
  }
  void open(SourceLocation Loc, SourceRange Cond, StringRef Prefix, bool Taken) {
    Stack.push_back({record(Loc, Cond, Prefix, Taken), Taken});
  }
  void next(SourceLocation Loc, SourceRange Cond, StringRef Prefix, bool Taken) {
    if (Stack.empty())
      return;
    close(Loc);
    Open &Top = Stack.back();
    Taken &= !Top.AnyTaken;
    Top.AnyTaken |= Taken;
    Top.Group = record(Loc, Cond, Prefix, Taken, Top.Group);
  }
  void close(SourceLocation Loc) {
    if (Stack.back().Group != NoGroup)
      F.Groups[Stack.back().Group].End = Loc;
  }

  PPFacts &F;
  llvm::DenseMap<const MacroInfo *, HeaderClass> ClassOf; ///< of the file that defines the macro
  FileID LastFile;
  bool LastProject = false;
  std::vector<Open> Stack;
};

class PPFacts::Comments : public CommentHandler {
public:
  explicit Comments(PPFacts &Facts) : F(Facts) {}

  bool HandleComment(Preprocessor &PP, SourceRange Comment) override {
    SourceManager &SM = PP.getSourceManager();
    const PreprocessorLexer *Lexer = PP.getCurrentFileLexer();
    clang::FileID File = Lexer ? Lexer->getFileID() : SM.getFileID(Comment.getBegin());
    if (F.Files.fileClass(File) != HeaderClass::Project)
      return false;
    unsigned Length = Comment.getEnd().getRawEncoding() - Comment.getBegin().getRawEncoding();
    StringRef Text(SM.getCharacterData(Comment.getBegin()), Length);
    if (auto Mark = File == SM.getMainFileID() ? cythonMark(Text) : std::nullopt) {
      Mark->Where = Comment.getBegin();
      F.CythonMarks.push_back(std::move(*Mark));
      return false; // it quotes lines of the source, whose comments count where they stand
    }
    if (!Text.contains("NOLINT"))
      return false;
    for (const ir::Nolint &N : ir::nolints(Text)) {
      SuppressionFact Fact{N.Kind, {}, Comment.getBegin().getLocWithOffset(N.Offset), unsigned(N.Length)};
      for (StringRef Glob : N.Checks)
        Fact.Checks.push_back(Glob.str());
      F.Suppressions.push_back(std::move(Fact));
    }
    return false;
  }

private:
  PPFacts &F;
};

// Out of line: Comments is incomplete in the header.
PPFacts::PPFacts(Preprocessor &PP, Sources &Files) : PP(PP), Files(Files) {}
PPFacts::~PPFacts() = default;

void PPFacts::attach() {
  Files.classes().setResourceDir(PP.getHeaderSearchInfo().getHeaderSearchOpts().ResourceDir);
  auto Owned = std::make_unique<Callbacks>(*this);
  Callbacks &Events = *Owned;
  PP.addPPCallbacks(std::move(Owned));
  Handler = std::make_unique<Comments>(*this);
  PP.addCommentHandler(Handler.get());
  const PreprocessorOptions &Opts = PP.getPreprocessorOpts();
  if (Opts.ImplicitPCHInclude.empty())
    return;
  learnHeaders();
  readPreamble(Opts.PrecompiledPreambleBytes.first, Events);
}

/// Where a library's headers are, by a macro that one of them defines.
void PPFacts::learnHeaders() {
  static constexpr struct {
    const char *Macro, *Below; ///< Below: the directory by which headers of the library are included
  } Landmarks[] = {{"Py_PYTHON_H", ""},
                   {"Py_PYCONFIG_H", ""},
                   {"NPY_ABI_VERSION", "numpy/"},
                   {"PYBIND11_VERSION_MAJOR", "pybind11/"},
                   {"NB_VERSION_MAJOR", "nanobind/"},
                   {"BOOST_PYTHON_DECL", "boost/python/"}};
  for (const auto &L : Landmarks) {
    const MacroInfo *Info = PP.getMacroInfo(PP.getIdentifierInfo(L.Macro));
    if (!Info)
      continue;
    StringRef Path = Files.path(Files.SM.getFileID(Info->getDefinitionLoc()));
    size_t Start = *L.Below ? Path.rfind(("/" + StringRef(L.Below)).str()) : Path.rfind('/');
    if (Start != StringRef::npos)
      Files.classes().noteInclude(Path.drop_front(Start + 1), Path);
  }
  Files.forget();
}

/// The first Bytes of the main file are not lexed again. Its suppressions may stand there, and it may end in the midst
/// of groups, of which the rest is seen:
///
///     #include <Python.h>
///     #ifdef WITHOUT_GIL         the preamble ends here
///     static PyModuleDef_Slot slots[] = {..
void PPFacts::readPreamble(unsigned Bytes, Callbacks &Into) {
  SourceManager &SM = Files.SM;
  FileID Main = SM.getMainFileID();
  auto Buffer = SM.getBufferOrNone(Main);
  if (!Buffer)
    return;
  struct Group {
    SourceLocation Keyword, Condition;
    std::string Prefix;
  };
  std::vector<Group> Open;
  StringRef Text = Buffer->getBuffer();
  Lexer Raw(SM.getLocForStartOfFile(Main), PP.getLangOpts(), Text.begin(), Text.begin(), Text.end());
  Raw.SetCommentRetentionState(true);
  Token T;
  while (!Raw.LexFromRawLexer(T) && SM.getFileOffset(T.getLocation()) < Bytes) {
    if (T.is(tok::comment))
      Handler->HandleComment(PP, SourceRange(T.getLocation(), T.getEndLoc()));
    if (T.isNot(tok::hash) || !T.isAtStartOfLine() || Raw.LexFromRawLexer(T) || T.isNot(tok::raw_identifier))
      continue;
    StringRef Keyword = T.getRawIdentifier();
    SourceLocation Where = T.getLocation();
    bool Opens = Keyword == "if" || Keyword == "ifdef" || Keyword == "ifndef";
    if (!Open.empty() && (Keyword.starts_with("el") || Keyword == "endif"))
      Open.pop_back();
    if (!Opens && !Keyword.starts_with("el"))
      continue;
    Group G{Where, {}, Keyword.ends_with("ndef") ? "!defined " : Keyword.ends_with("def") ? "defined " : ""};
    if (Keyword != "else" && !Raw.LexFromRawLexer(T))
      G.Condition = T.getLocation();
    Open.push_back(std::move(G));
  }
  ArrayRef<PPConditionalInfo> Known = PP.getPreambleConditionalStack();
  bool Skipping = PP.getPreambleSkipInfo().has_value();
  for (size_t I = 0; I < Known.size() && Known.size() == Open.size(); ++I) {
    bool Last = I + 1 == Known.size();
    Into.openInPreamble(Open[I].Keyword, Open[I].Condition, Open[I].Prefix,
                        Known[I].FoundNonSkip && !(Last && Skipping), Known[I].FoundNonSkip);
  }
}

} // namespace gilray::extract
