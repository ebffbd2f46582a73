// An editor's parses, one after the other: what is taken over from the last one is what a fresh parse would give.
#include "extract/Earlier.h"
#include "Analysis.h"
#include "extract/tests/Snippet.h"
#include "clang/AST/ASTConsumer.h"
#include "clang/Frontend/CompilerInstance.h"
#include "clang/Frontend/FrontendAction.h"
#include "clang/Tooling/Tooling.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/VirtualFileSystem.h"
#include <set>

namespace gilray::extract::test {
namespace {

using clang::tooling::ToolInvocation;
using llvm::StringRef;
using Parsed = std::shared_ptr<ir::Unit>;

/// One parse by a host: AstExtractor listens, and is asked when the AST is there.
class HostAction : public clang::ASTFrontendAction {
public:
  HostAction(const Options &Opts, const Earlier *Before, Parsed &Unit, std::shared_ptr<const Earlier> *Kept)
      : Opts(Opts), Before(Before), Unit(Unit), Kept(Kept) {}

  std::unique_ptr<clang::ASTConsumer> CreateASTConsumer(clang::CompilerInstance &CI, StringRef) override {
    class Consumer : public clang::ASTConsumer {
    public:
      Consumer(clang::CompilerInstance &CI, HostAction &A) : A(A), Extractor(CI.getPreprocessor(), A.Opts) {
        CI.getDiagnostics().setClient(new Errors(Extractor), /*ShouldOwnClient=*/true);
      }
      void HandleTranslationUnit(clang::ASTContext &Ctx) override {
        *A.Unit = Extractor.extract(Ctx, nullptr, A.Before);
        if (A.Kept)
          *A.Kept = Extractor.keep(A.Unit, Ctx);
      }

    private:
      struct Errors : clang::DiagnosticConsumer {
        explicit Errors(AstExtractor &E) : E(E) {}
        void HandleDiagnostic(clang::DiagnosticsEngine::Level Level, const clang::Diagnostic &Info) override {
          if (Level >= clang::DiagnosticsEngine::Error)
            E.noteError(Info.getLocation(), "error", Level == clang::DiagnosticsEngine::Fatal);
        }
        AstExtractor &E;
      };
      HostAction &A;
      AstExtractor Extractor;
    };
    return std::make_unique<Consumer>(CI, *this);
  }

private:
  const Options &Opts;
  const Earlier *Before;
  Parsed &Unit;
  std::shared_ptr<const Earlier> *Kept;
};

/// A file that is parsed again and again.
class Editor {
public:
  explicit Editor(std::vector<std::string> Flags) : Flags(std::move(Flags)) {
    if (auto Found = findResourceDir("", ""))
      Opts.ResourceDir = *Found;
    else
      ADD_FAILURE() << llvm::toString(Found.takeError());
  }

  /// A parse that knows the last one, and becomes the last one.
  Parsed type(StringRef Text) {
    std::shared_ptr<const Earlier> Now;
    Parsed U = parse(Text, Last.get(), &Now);
    Last = std::move(Now);
    return U;
  }
  Parsed fresh(StringRef Text) const { return parse(Text, nullptr, nullptr); }
  /// Names of the functions that typing Text takes over.
  std::set<std::string> takenOver(StringRef Text) {
    // Whatever is taken over takes this mark along.
    if (!Last) // nothing of that parse may be used
      return type(Text), std::set<std::string>();
    for (const ir::Function &F : Last->Unit->Functions)
      const_cast<ir::Function &>(F).Overrides = {"mark"};
    std::set<std::string> Out;
    for (ir::Function &F : type(Text)->Functions)
      if (!std::exchange(F.Overrides, {}).empty())
        Out.insert(F.Name.str());
    return Out;
  }
  void root(StringRef Dir) { Opts.ProjectRoot = Dir.str(); }
  /// What was included besides.
  std::map<std::string, std::string> Headers;

private:
  Parsed parse(StringRef Text, const Earlier *Before, std::shared_ptr<const Earlier> *Kept) const {
    auto Memory = llvm::makeIntrusiveRefCnt<llvm::vfs::InMemoryFileSystem>();
    Memory->addFile("/t/a.c", 0, llvm::MemoryBuffer::getMemBufferCopy(Text));
    for (const auto &[Name, Content] : Headers)
      Memory->addFile("/t/" + Name, 0, llvm::MemoryBuffer::getMemBufferCopy(Content));
    auto FS = llvm::makeIntrusiveRefCnt<llvm::vfs::OverlayFileSystem>(llvm::vfs::createPhysicalFileSystem());
    FS->pushOverlay(std::move(Memory));
    auto Files = llvm::makeIntrusiveRefCnt<clang::FileManager>(clang::FileSystemOptions(), FS);
    std::vector<std::string> Command{"clang", "-fsyntax-only", "-w", "-resource-dir=" + Opts.ResourceDir};
    llvm::append_range(Command, Flags);
    Command.push_back("/t/a.c");
    auto Unit = std::make_shared<ir::Unit>();
    clang::IgnoringDiagConsumer Quiet;
    ToolInvocation Run(Command, std::make_unique<HostAction>(Opts, Before, Unit, Kept), Files.get());
    Run.setDiagnosticConsumer(&Quiet);
    Run.run();
    return Unit;
  }

  std::vector<std::string> Flags;
  Options Opts;
  std::shared_ptr<const Earlier> Last;
};

/// What the unit says, in an order of its own: functions, variables, records and facts by their text. Entries of tables
/// are what functions refer to.
std::multiset<std::string> contents(const ir::Unit &U) {
  std::string Text;
  llvm::raw_string_ostream OS(Text);
  ir::print(U, OS);
  std::map<std::string, std::string> Chains;
  std::multiset<std::string> Out;
  std::string Entry;
  llvm::SmallVector<StringRef> Lines;
  StringRef(Text).split(Lines, '\n');
  for (StringRef Line : Lines) {
    if (Line.consume_front("chain "))
      Chains.emplace(Line.split(' ').first, Line.split(' ').second);
    if (Entry.empty() && (Line.starts_with("file ") || Line.starts_with("type ") || Line.starts_with("callee ") ||
                          isdigit(Line.front())))
      continue;
    Entry += Line.str() + "\n";
    bool Whole = Line == "}" || (!StringRef(Entry).contains("{\n"));
    if (Whole)
      Out.insert(std::exchange(Entry, ""));
  }
  std::multiset<std::string> Resolved;
  for (StringRef Text : Out) {
    std::string Done;
    while (!Text.empty()) {
      auto [Before, Behind] = Text.split('^');
      Done += Before;
      StringRef Number = Behind.take_while(llvm::isDigit);
      if (auto It = Chains.find(Number.str()); It != Chains.end())
        Done += It->second;
      Text = Behind.drop_front(Number.size());
    }
    Resolved.insert(Done);
  }
  return Resolved;
}

std::vector<std::string> findings(const ir::Unit &U) {
  AnalysisOptions Options;
  Options.Read = [](StringRef) { return std::nullopt; };
  std::vector<std::string> Out;
  for (const Finding &F : analyse({&U}, api::Model::builtin(), Options).Findings) {
    std::string Line = std::string(F.Check->Name) + (":" + std::to_string(F.Where.Line)) + ":" +
                       std::to_string(F.Where.Col) + ": " + F.Message;
    for (const Note &N : F.Notes)
      Line += "\n  " + std::to_string(N.Where.Line) + ":" + std::to_string(N.Where.Col) + ": " + N.Message;
    Out.push_back(Line);
  }
  return Out;
}

/// Now, typed into Then, says what a parse of its own says.
void expectSame(StringRef Then, StringRef Now, const std::vector<std::string> &Flags = {}) {
  Editor E(Flags);
  E.type(Then);
  Parsed Typed = E.type(Now), Fresh = E.fresh(Now);
  EXPECT_EQ(contents(*Typed), contents(*Fresh));
  EXPECT_EQ(findings(*Typed), findings(*Fresh));
}

std::string inserted(StringRef Text, StringRef Before, StringRef New) {
  size_t At = Text.find(Before);
  EXPECT_NE(At, StringRef::npos) << Before.str();
  return (Text.take_front(At) + New + Text.substr(At)).str();
}

constexpr char Code[] = R"(
struct point { int x, y; };
static int counter;
extern struct point *where(void);
static int one(int n) { static int calls; calls++; return n + where()->x; }
static int two(int n)
{
    counter += one(n);
    return counter; /* two */
}
static int three(struct point *p) { struct inner { int z; } q = {p->x}; return two(q.z) + where()->y; }
int (*const table[])(int) = {one, two};
)";
using Names = std::set<std::string>;

TEST(Earlier, OnlyTheEditedBodyIsExtracted) {
  Editor E({});
  E.type(Code);
  std::string Edited = inserted(Code, "return counter;", "if (n)\n        counter--;\n    ");
  EXPECT_EQ(E.takenOver(Edited), (Names{"one", "three"}));
  EXPECT_EQ(E.takenOver(Edited), (Names{"one", "two", "three"})); // no edit at all
  EXPECT_EQ(E.takenOver(Code), (Names{"one", "three"}));          // what was taken over once is taken over again
  expectSame(Code, Edited);
  expectSame(Edited, Code);
  expectSame(Code, inserted(Code, "return two(", "counter++; "));
}

TEST(Earlier, WhatReachesOutOfABodyTakesNothingOver) {
  for (StringRef New : {"\n#define counter 0\n", "_Pragma(\"pack(1)\")", "}", "{", "\n#if 0\n", "\r", "/* \n/* \n"}) {
    Editor E({});
    E.type(Code);
    std::string Edited = inserted(Code, New.starts_with("/*") ? "}\nstatic int three" : "return counter;", New);
    EXPECT_EQ(E.takenOver(Edited), Names()) << New.str();
    expectSame(Code, Edited);
  }
  for (StringRef Place : {"static int counter", "static int one", "int n)\n{", "int (*const table"}) {
    Editor E({});
    E.type(Code);
    EXPECT_EQ(E.takenOver(inserted(Code, Place, "/**/")), Names()) << Place.str();
  }
}

TEST(Earlier, ConditionsInsideOfABodyStayThere) {
  std::string Text = inserted(Code, "return counter;", "\n#ifdef DEBUG\n    n++;\n#endif\n    ");
  Editor E({});
  E.type(Text);
  EXPECT_EQ(E.takenOver(inserted(Text, "n++;", "n--; ")), (Names{"one", "three"}));
}

TEST(Earlier, RecordsWithoutANameGoByTheirPlace) {
  std::string Text =
      inserted(Code, "int (*const table", "struct { int z; } below;\nint last(void) { return below.z; }\n");
  Editor E({});
  E.type(Text);
  EXPECT_EQ(E.takenOver(inserted(Text, "return counter;", " ")), (Names{"last", "one", "three"}));
  std::string Moved = inserted(Text, "return counter;", "\n");
  EXPECT_EQ(E.takenOver(Moved), Names());
  expectSame(Text, Moved);
}

TEST(Earlier, TwoEditedBodiesTakeNothingOver) {
  Editor E({});
  E.type(Code);
  EXPECT_EQ(E.takenOver(inserted(inserted(Code, "return counter;", " "), "calls++", " ")), Names());
}

TEST(Earlier, ACommentMayNotSwallowTheBrace) {
  // The closing brace of the edited body is, in the earlier text, another one on its line.
  std::string Then = "static int a(void) {\n  return 1; } /* } */\nint b(void) { return a(); }\n";
  std::string Now = "static int a(void) {\n  return 1; /* } /* } */ }\nint b(void) { return a(); }\n";
  Editor E({});
  E.type(Then);
  EXPECT_EQ(E.takenOver(Now), Names());
}

TEST(Earlier, OtherHeadersTakeNothingOver) {
  std::string Text = "#include \"a.h\"\nint a(void) { return A; }\nint b(void) { return 1; }\n";
  Editor E({});
  E.Headers["a.h"] = "#define A 1\n";
  E.type(Text);
  E.Headers["a.h"] = "#define A 2\n";
  EXPECT_EQ(E.takenOver(inserted(Text, "return 1", " ")), Names());
}

TEST(Earlier, AnotherProjectRootTakesNothingOver) {
  Editor E({});
  E.type(Code);
  E.root("/t"); // the ids of static functions hold the path below it
  EXPECT_EQ(E.takenOver(inserted(Code, "return counter;", " ")), Names());
}

TEST(Earlier, OneWhoseBodyHasErrorsIsTakenOver) {
  std::string Text = "int a(void) { return nothing; }\nint b(void) { return 1; }\n";
  Editor E({});
  E.type(Text);
  std::string Edited = inserted(Text, "return 1", "int = 3; ");
  EXPECT_EQ(E.takenOver(Edited), Names{"a"});
  expectSame(Text, Edited);
}

TEST(Earlier, CxxIsExtractedAnew) {
  Editor E({"-xc++"});
  std::string Text = "auto a() { return 1; }\nint b() { return a(); }\n";
  E.type(Text);
  EXPECT_EQ(E.fresh(Text)->Functions.size(), 2u);
  EXPECT_EQ(E.type(inserted(Text, "1; }", "1.0 + "))->Functions.size(), 2u);
}

/// C files of the corpus, every so many.
std::vector<std::string> corpus(unsigned Step) {
  std::vector<std::string> All;
  std::error_code EC;
  for (llvm::sys::fs::recursive_directory_iterator It(GILRAY_SOURCE_DIR "/test-corpus/checks", EC), End;
       It != End && !EC; It.increment(EC))
    if (StringRef(It->path()).ends_with(".c"))
      All.push_back(It->path());
  llvm::sort(All);
  std::vector<std::string> Out;
  for (size_t I = 0; I < All.size(); I += Step)
    Out.push_back(All[I]);
  return Out;
}

/// The offset of a function's closing brace, or 0.
size_t closingBrace(StringRef Text, const ir::Unit &U, const ir::Function &F) {
  if (U.Files[F.Where.File].Path != U.MainFile || F.Where.Chain)
    return 0;
  size_t At = 0;
  for (unsigned Line = 1; Line < F.End.Line; ++Line)
    At = Text.find('\n', At) + 1;
  return Text[At + F.End.Col - 1] == '}' ? At + F.End.Col - 1 : 0;
}

TEST(Earlier, EditsInTheCorpusReadAsFreshParses) {
  std::string Include = pythonInclude();
  if (Include.empty())
    GTEST_SKIP() << "no python3 with headers on the PATH";
  const StringRef Edits[] = {"  ", "\n  ;\n", " undeclared_so_far(1); ", " static int later; later++; ", " int = 3; "};
  unsigned Edit = 0, TakenOver = 0;
  std::vector<std::string> Files = corpus(40);
  EXPECT_GT(Files.size(), 5u);
  for (const std::string &File : Files) {
    SCOPED_TRACE(File);
    auto Buffer = llvm::MemoryBuffer::getFile(File);
    ASSERT_TRUE(static_cast<bool>(Buffer));
    std::string Text = (*Buffer)->getBuffer().str();
    Editor E({"-I" + Include});
    Parsed Last = E.type(Text);
    // From the last function to the first: places of those before stay as they are.
    std::vector<size_t> Braces;
    for (const ir::Function &F : Last->Functions)
      if (size_t At = closingBrace(Text, *Last, F))
        Braces.push_back(At);
    if (Braces.empty())
      continue;
    llvm::sort(Braces, std::greater<>());
    for (size_t At : llvm::ArrayRef(Braces).take_front(3)) {
      Text.insert(At, Edits[Edit++ % std::size(Edits)].str());
      TakenOver += E.takenOver(Text).size();
    }
    std::string Then = Text;
    Text.insert(Braces.back(), "\n  ;\n");
    expectSame(Then, Text, {"-I" + Include});
  }
  EXPECT_GT(TakenOver, Files.size());
}

} // namespace
} // namespace gilray::extract::test
