// Runs Clang in this process on one file, as `clang -fsyntax-only` would, and hands the AST to extraction. Nothing is
// ever written to stderr: errors become the unit's issues, a crash becomes an llvm::Error.
#include "core/CrashGuard.h"
#include "extract/Extract.h"
#include "extract/ForeignBodies.h"
#include "extract/ReplacedFiles.h"
#include "extract/UnitBuilder.h"
#include "extract/compat/ClangVersion.h"
#include "clang/AST/ASTConsumer.h"
#include "clang/Frontend/CompilerInstance.h"
#include "clang/Frontend/FrontendActions.h"
#include "clang/Tooling/Tooling.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/xxhash.h"
#include <set>

namespace gilray::extract {

using namespace clang;
using llvm::StringRef;

/// Deeply nested code recurses deeply, in Clang and here.
static constexpr unsigned StackSize = 256u << 20;
static constexpr unsigned MaxIssues = 100;

struct AstExtractor::Impl {
  Impl(Preprocessor &PP, const Options &Opts) : Files(PP.getSourceManager()), Facts(PP, Files), Opts(Opts) {
    Facts.attach();
  }
  Sources Files;
  PPFacts Facts;
  Options Opts;
  struct Issue {
    SourceLocation Where;
    std::string Message;
    bool Fatal;
  };
  std::vector<Issue> Issues;
};

AstExtractor::AstExtractor(Preprocessor &PP, const Options &Opts) : P(std::make_unique<Impl>(PP, Opts)) {}
AstExtractor::~AstExtractor() = default;

ir::Unit AstExtractor::extract(ASTContext &Ctx, std::string *Current, const Earlier *Before) {
  ir::Unit U;
  UnitBuilder Builder(Ctx, P->Files, P->Facts, U, P->Opts);
  Builder.Current = Current;
  bool Fatal = llvm::any_of(P->Issues, [](const Impl::Issue &I) { return I.Fatal; });
  auto Known =
      Before && !Fatal ? Unchanged::between(*Before, Ctx, P->Facts.preprocessor(), P->Files, P->Opts) : std::nullopt;
  Builder.Known = Known ? &*Known : nullptr;
  Builder.run();
  for (const Impl::Issue &I : P->Issues)
    if (I.Fatal || !inForeignBody(Ctx, P->Files, I.Where))
      U.Issues.push_back({U.intern(I.Message), I.Fatal, Builder.loc(P->Files.SM.getFileLoc(I.Where))});
  return U;
}

std::shared_ptr<const Earlier> AstExtractor::keep(std::shared_ptr<const ir::Unit> U, ASTContext &Ctx) {
  return Earlier::of(std::move(U), Ctx, P->Facts.preprocessor(), P->Opts);
}

namespace {

/// Remembers which paths were looked for in vain while headers were searched.
class RecordingFileSystem : public llvm::vfs::ProxyFileSystem {
public:
  using ProxyFileSystem::ProxyFileSystem;
  bool Recording = false;
  std::set<std::string> Absent;

  llvm::ErrorOr<llvm::vfs::Status> status(const llvm::Twine &Path) override {
    auto Result = ProxyFileSystem::status(Path);
    if (!Result)
      note(Path);
    return Result;
  }
  llvm::ErrorOr<std::unique_ptr<llvm::vfs::File>> openFileForRead(const llvm::Twine &Path) override {
    auto Result = ProxyFileSystem::openFileForRead(Path);
    if (!Result)
      note(Path);
    return Result;
  }

private:
  void note(const llvm::Twine &Path) {
    if (!Recording)
      return;
    llvm::SmallString<256> Abs;
    Path.toVector(Abs);
    makeAbsolute(Abs);
    llvm::sys::path::remove_dots(Abs, true);
    Absent.insert(std::string(Abs));
  }
};

struct Issue {
  std::string Message, Path;
  unsigned Line = 0, Col = 0;
  bool Fatal = false;
};

/// Collects errors as plain values: they must outlive the source manager.
class IssueCollector : public DiagnosticConsumer {
public:
  std::vector<Issue> Issues;
  std::vector<SourceLocation> Places; ///< of all errors, in the parse under way

  void HandleDiagnostic(DiagnosticsEngine::Level Level, const Diagnostic &Info) override {
    DiagnosticConsumer::HandleDiagnostic(Level, Info);
    if (Level < DiagnosticsEngine::Error)
      return;
    if (Info.getLocation().isValid())
      Places.push_back(Info.getLocation());
    if (Issues.size() >= MaxIssues)
      return;
    Issue I;
    llvm::SmallString<128> Text;
    Info.FormatDiagnostic(Text);
    I.Message = std::string(Text);
    I.Fatal = Level == DiagnosticsEngine::Fatal;
    if (Info.getLocation().isValid() && Info.hasSourceManager())
      place(I, Info.getSourceManager(), Info.getLocation());
    Issues.push_back(std::move(I));
  }
  static void place(Issue &I, const SourceManager &SM, SourceLocation L) {
    L = SM.getFileLoc(L);
    I.Line = SM.getSpellingLineNumber(L);
    I.Col = SM.getSpellingColumnNumber(L);
    if (auto F = SM.getFileEntryRefForID(SM.getFileID(L)))
      I.Path = F->getName().str();
  }
};

/// A missing header is an issue but no reason to stop: functions that do not need it can still be judged.
class MissingIncludes : public PPCallbacks {
public:
  MissingIncludes(SourceManager &SM, IssueCollector &Out) : SM(SM), Out(Out) {}
  void InclusionDirective(SourceLocation Hash, const Token &, StringRef Name, bool, CharSourceRange Range,
                          OptionalFileEntryRef File, StringRef, StringRef, const Module *, bool,
                          SrcMgr::CharacteristicKind) override {
    if (File)
      return;
    Issue I;
    I.Message = ("'" + Name + "' file not found").str();
    I.Fatal = true;
    IssueCollector::place(I, SM, Range.getBegin());
    Out.Issues.push_back(std::move(I));
  }

private:
  SourceManager &SM;
  IssueCollector &Out;
};

struct Job {
  const Options &Opts;
  ir::Unit Unit;
  IssueCollector Issues;
  std::vector<Dependency> Dependencies;
  std::string Current; ///< function under extraction
  bool Parsed = false;
};

/// Headers switch warnings off and on around single declarations. From the first such pragma on Clang asks for the file
/// of every place that it might warn about: 3 % of a parse, though all warnings are off. When a modelled header has
/// been read and the state is again what it was, the pragmas are forgotten; those of the project stay.
///
///     #pragma clang diagnostic push
///     #pragma clang diagnostic ignored "-Wdeprecated-declarations"
///     #pragma clang diagnostic pop
class HeaderPragmas : public PPCallbacks {
public:
  HeaderPragmas(DiagnosticsEngine &Diags, AstExtractor &Extractor) : Diags(Diags), Extractor(Extractor) {}

  void PragmaDiagnosticPush(SourceLocation Where, StringRef) override {
    note(Where);
    ++Depth;
  }
  void PragmaDiagnosticPop(SourceLocation Where, StringRef) override {
    note(Where);
    --Depth;
  }
  void PragmaDiagnostic(SourceLocation Where, StringRef, diag::Severity, StringRef) override {
    note(Where);
    Lasting |= Depth == 0;
  }
  void FileChanged(SourceLocation, FileChangeReason Why, SrcMgr::CharacteristicKind, FileID) override {
    if (Why != ExitFile || !Pending || Depth || Lasting)
      return;
    Diags.ResetPragmas();
    Pending = false;
  }

private:
  void note(SourceLocation Where) {
    Pending = true;
    Lasting |= Extractor.isProject(Where);
  }

  DiagnosticsEngine &Diags;
  AstExtractor &Extractor;
  unsigned Depth = 0;
  bool Pending = false; ///< there are pragmas to forget
  bool Lasting = false; ///< something is no longer as the command line says
};

class Consumer : public ASTConsumer {
public:
  Consumer(CompilerInstance &CI, Job &J) : J(J), Extractor(CI.getPreprocessor(), J.Opts) {
    CI.getPreprocessor().addPPCallbacks(std::make_unique<HeaderPragmas>(CI.getDiagnostics(), Extractor));
  }

  void HandleTranslationUnit(ASTContext &Ctx) override {
    for (SourceLocation L : J.Issues.Places)
      Extractor.noteError(L);
    J.Unit = Extractor.extract(Ctx, &J.Current);
    J.Parsed = true;
  }
  bool shouldSkipFunctionBody(Decl *D) override { return !Extractor.isProject(D->getLocation()); }

private:
  Job &J;
  AstExtractor Extractor;
};

class Action : public ASTFrontendAction {
public:
  explicit Action(Job &J) : J(J) {}

protected:
  std::unique_ptr<ASTConsumer> CreateASTConsumer(CompilerInstance &CI, StringRef) override {
    Preprocessor &PP = CI.getPreprocessor();
    PP.SetSuppressIncludeNotFoundError(true);
    PP.addPPCallbacks(std::make_unique<MissingIncludes>(CI.getSourceManager(), J.Issues));
    return std::make_unique<Consumer>(CI, J);
  }

private:
  Job &J;
};

/// Runs the parse on the invocation that Clang's driver made of the command line.
class Runner : public tooling::ToolAction {
public:
  Runner(Job &J, RecordingFileSystem &FS) : J(J), FS(FS) {}

  bool runInvocation(std::shared_ptr<CompilerInvocation> Invocation, FileManager *Files,
                     std::shared_ptr<PCHContainerOperations> PCHOps, DiagnosticConsumer *Client) override {
    // The command line is a build's: nothing of what it writes besides the object file may happen here.
    Invocation->getDependencyOutputOpts() = DependencyOutputOptions();
    Invocation->getHeaderSearchOpts().Verbose = false;
    FrontendOptions &Front = Invocation->getFrontendOpts();
    Front.Plugins.clear();
    Front.AddPluginActions.clear();
    Front.DisableFree = false;
    Front.SkipFunctionBodies = true; // modelled headers only: see shouldSkipFunctionBody
    Front.ShowStats = false;
    DiagnosticOptions &Diag = Invocation->getDiagnosticOpts();
    Diag.IgnoreWarnings = true;
    Diag.ErrorLimit = 0;
    Diag.DiagnosticSerializationFile.clear();
    Diag.DiagnosticLogFile.clear();
    Diag.VerifyDiagnostics = false;
    Diag.ShowCarets = false;

    FS.Recording = true;
    auto CI = compat::makeInstance(std::move(Invocation), std::move(PCHOps), Files, Client);
    CI->getDiagnostics().setErrorLimit(0);
    Action Act(J);
    CI->ExecuteAction(Act);
    FS.Recording = false;

    std::set<std::string> Present;
    for (auto It = CI->getSourceManager().fileinfo_begin(); It != CI->getSourceManager().fileinfo_end(); ++It) {
      llvm::SmallString<256> Abs(It->first.getName());
      Files->makeAbsolutePath(Abs);
      llvm::sys::path::remove_dots(Abs, true);
      Present.insert(std::string(Abs));
    }
    for (const std::string &Path : Present)
      J.Dependencies.push_back({Path, false});
    for (const std::string &Path : FS.Absent)
      if (!Present.count(Path))
        J.Dependencies.push_back({Path, true});
    llvm::sort(J.Dependencies, [](const Dependency &A, const Dependency &B) { return A.Path < B.Path; });
    return true;
  }

private:
  Job &J;
  RecordingFileSystem &FS;
};

} // namespace

void AstExtractor::noteError(SourceLocation L, StringRef Message, bool Fatal) {
  P->Files.Errors.push_back(L);
  if (!Message.empty() && P->Issues.size() < MaxIssues)
    P->Issues.push_back({L, Message.str(), Fatal});
}
bool AstExtractor::isProject(SourceLocation L) { return P->Files.isProject(L); }

static void addIssues(ir::Unit &U, const std::vector<Issue> &Issues,
                      llvm::function_ref<std::string(StringRef)> Absolute) {
  for (const Issue &I : Issues) {
    // Options of other compilers, which Clang does not know, did not keep it from parsing.
    if (I.Path.empty() && !I.Fatal)
      continue;
    ir::ParseIssue Out;
    Out.Message = U.intern(I.Message);
    Out.Fatal = I.Fatal;
    if (!I.Path.empty()) {
      std::string Path = Absolute(I.Path);
      ir::FileId Id = 0;
      for (ir::FileId F = 1; F < U.Files.size(); ++F)
        if (U.Files[F].Path == Path)
          Id = F;
      if (!Id) {
        Id = U.Files.size();
        U.Files.push_back({U.intern(Path), ir::HeaderClass::Project});
      }
      Out.Where.File = Id;
      Out.Where.Line = I.Line;
      Out.Where.Col = I.Col;
    }
    U.Issues.push_back(Out);
  }
}

/// A cheap look at the text: without the flag Clang ignores the pragma and the parallel body looks sequential.
static bool usesOpenMP(StringRef Text) {
  for (size_t Pos = 0; (Pos = Text.find("pragma", Pos)) != StringRef::npos; Pos += 6)
    if (Text.substr(Pos + 6).ltrim(" \t").starts_with("omp"))
      return true;
  return false;
}

/// Mistakes that compilers took for warnings for decades and that newer ones, Clang among them, refuse: old C without a
/// prototype here, a pointer of the wrong type there, `register` in a header of Python 2. Whether a build accepts them
/// is its compiler's business; a function in which they stand can be judged.
static constexpr llvm::StringLiteral Tolerated[] = {"-Wno-implicit-function-declaration",
                                                    "-Wno-implicit-int",
                                                    "-Wno-int-conversion",
                                                    "-Wno-incompatible-pointer-types",
                                                    "-Wno-incompatible-function-pointer-types",
                                                    "-Wno-return-mismatch",
                                                    "-Wno-return-type",
                                                    "-Wno-c++11-narrowing",
                                                    "-Wno-register",
                                                    "-Wno-reserved-user-defined-literal"};

llvm::Expected<Extracted> extractFile(StringRef File, StringRef Directory, llvm::ArrayRef<std::string> Args,
                                      const Options &Opts) {
  llvm::IntrusiveRefCntPtr<llvm::vfs::FileSystem> Disk = llvm::vfs::createPhysicalFileSystem();
  if (!Opts.Instead.empty())
    Disk = llvm::makeIntrusiveRefCnt<ReplacedFiles>(std::move(Disk), Opts.Instead);
  auto FS = llvm::makeIntrusiveRefCnt<RecordingFileSystem>(std::move(Disk));
  if (!Directory.empty())
    if (std::error_code EC = FS->setCurrentWorkingDirectory(Directory))
      return llvm::createStringError(EC, "cannot enter directory '%s': %s", Directory.str().c_str(),
                                     EC.message().c_str());
  auto Absolute = [&](StringRef Path) {
    llvm::SmallString<256> Abs(Path);
    FS->makeAbsolute(Abs);
    llvm::sys::path::remove_dots(Abs, true);
    return std::string(Abs);
  };
  std::string Main = Absolute(File);
  auto Text = FS->getBufferForFile(Main);
  if (!Text)
    return llvm::createStringError(Text.getError(), "cannot read '%s': %s", File.str().c_str(),
                                   Text.getError().message().c_str());

  std::vector<std::string> Command{"clang"};
  Command.insert(Command.end(), Args.begin(), Args.end());
  if (!Opts.ResourceDir.empty())
    Command.push_back("-resource-dir=" + Opts.ResourceDir);
  if (usesOpenMP((*Text)->getBuffer()))
    Command.push_back("-fopenmp");
  Command.insert(Command.end(), {"-fsyntax-only", "-w"});
  for (StringRef Flag : Tolerated)
    Command.push_back(Flag.str());
  Command.insert(Command.end(), {"--", Main});

  auto J = std::make_unique<Job>(Job{Opts, {}, {}, {}, {}, false});
  bool Survived = runGuarded(
      [&] {
        FileSystemOptions FileOpts;
        auto Files = llvm::makeIntrusiveRefCnt<FileManager>(FileOpts, FS);
        Runner Run(*J, *FS);
        tooling::ToolInvocation Invocation(Command, &Run, Files.get(), std::make_shared<PCHContainerOperations>());
        Invocation.setDiagnosticConsumer(&J->Issues);
        Invocation.run();
      },
      StackSize);
  if (!Survived) {
    std::string Where = J->Current.empty() ? "" : " (in function '" + J->Current + "')";
    J.release(); // half-written: its destructors cannot be trusted
    return llvm::createStringError("Clang crashed while analysing '%s'%s; the file is left out", File.str().c_str(),
                                   Where.c_str());
  }
  if (!J->Parsed) {
    std::string Why =
        J->Issues.Issues.empty() ? "the compiler flags name no C or C++ input" : J->Issues.Issues.front().Message;
    return llvm::createStringError("cannot parse '%s': %s", File.str().c_str(), Why.c_str());
  }
  Extracted Out;
  Out.Unit = std::move(J->Unit);
  Out.Dependencies = std::move(J->Dependencies);
  addIssues(Out.Unit, J->Issues.Issues, Absolute);
  uint64_t Hash = 0;
  for (const std::string &A : Args)
    Hash = Hash * 31 + llvm::xxh3_64bits(A);
  Out.Unit.FlagsHash = Hash;
  return Out;
}

} // namespace gilray::extract
