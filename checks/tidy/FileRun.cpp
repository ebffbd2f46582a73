// See FileRun.h.
#include "tidy/FileRun.h"
#include "core/CrashGuard.h"
#include "tidy/LastParses.h"
#include "clang/AST/ASTContext.h"
#include "clang/Basic/SourceManager.h"
#include "clang/Lex/PPCallbacks.h"
#include "clang/Lex/Preprocessor.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/Support/BuryPointer.h"
#include <mutex>

namespace gilray::tidy {

using namespace clang;
using llvm::StringRef;

/// As for gilray's own parses: deeply nested code recurses deeply.
static constexpr unsigned StackSize = 256u << 20;

namespace {
struct OpenRuns {
  std::mutex Lock;
  llvm::DenseMap<clang::tidy::ClangTidyContext *, std::weak_ptr<FileRun>> ByHost;
};
} // namespace

static OpenRuns &openRuns() {
  static OpenRuns Runs;
  return Runs;
}

std::shared_ptr<FileRun> FileRun::join(const CheckInfo &Check, clang::tidy::ClangTidyContext *Host) {
  OpenRuns &Open = openRuns();
  std::shared_ptr<FileRun> Run; // let go outside of the lock: its destructor takes it
  std::lock_guard<std::mutex> Hold(Open.Lock);
  std::weak_ptr<FileRun> &Slot = Open.ByHost[Host];
  Run = Slot.lock();
  if (Run && Run->add(Check))
    return Run;
  std::shared_ptr<FileRun> New(new FileRun(Host));
  New->add(Check);
  Slot = New;
  return New;
}

FileRun::~FileRun() {
  OpenRuns &Open = openRuns();
  std::lock_guard<std::mutex> Hold(Open.Lock);
  auto It = Open.ByHost.find(Host);
  if (It != Open.ByHost.end() && It->second.expired())
    Open.ByHost.erase(It);
}

bool FileRun::add(const CheckInfo &Check) {
  if (Extractor || llvm::is_contained(Checks, &Check))
    return false;
  Checks.push_back(&Check);
  return true;
}

/// Stands before the host's consumer to learn where errors are: a function with one inside is not judged.
class FileRun::ErrorPlaces : public DiagnosticConsumer {
public:
  ErrorPlaces(DiagnosticsEngine &Diags, std::weak_ptr<FileRun> Run) : Run(std::move(Run)) {
    Target = Diags.getClient();
    Owned = Diags.takeClient();
  }
  void clear() override {
    DiagnosticConsumer::clear();
    Target->clear();
  }
  void BeginSourceFile(const LangOptions &Opts, const Preprocessor *PP) override { Target->BeginSourceFile(Opts, PP); }
  void EndSourceFile() override { Target->EndSourceFile(); }
  void finish() override { Target->finish(); }
  bool IncludeInDiagnosticCounts() const override { return Target->IncludeInDiagnosticCounts(); }
  void HandleDiagnostic(DiagnosticsEngine::Level Level, const Diagnostic &Info) override {
    if (Target->IncludeInDiagnosticCounts())
      DiagnosticConsumer::HandleDiagnostic(Level, Info);
    // A warning that -Werror makes an error, or that is one by default, leaves the code as it is.
    if (Level >= DiagnosticsEngine::Error && Info.getLocation().isValid() &&
        !Info.getDiags()->getDiagnosticIDs()->isWarningOrExtension(Info.getID()))
      note(Level, Info);
    Target->HandleDiagnostic(Level, Info);
  }

private:
  void note(DiagnosticsEngine::Level Level, const Diagnostic &Info) {
    std::shared_ptr<FileRun> R = Run.lock();
    if (!R || !R->Extractor || R->Judged)
      return;
    llvm::SmallString<128> Text;
    Info.FormatDiagnostic(Text);
    R->Extractor->noteError(Info.getLocation(), Text, Level == DiagnosticsEngine::Fatal);
  }

  DiagnosticConsumer *Target;
  std::unique_ptr<DiagnosticConsumer> Owned;
  std::weak_ptr<FileRun> Run;
};

/// The extractor listens to the preprocessor, which in clangd outlives the checks.
class FileRun::Holder : public PPCallbacks {
public:
  explicit Holder(std::shared_ptr<FileRun> Run) : Run(std::move(Run)) {}

private:
  std::shared_ptr<FileRun> Run;
};

bool FileRun::attach(Preprocessor &PP, StringRef MainFile) {
  if (Extractor)
    return false;
  File = MainFile.str();
  Judge = std::make_unique<FileJudge>(MainFile, Options);
  Extractor = std::make_unique<extract::AstExtractor>(PP, Judge->extraction());
  PP.addPPCallbacks(std::make_unique<Holder>(shared_from_this()));
  DiagnosticsEngine &Diags = PP.getDiagnostics();
  Diags.setClient(new ErrorPlaces(Diags, weak_from_this()), /*ShouldOwnClient=*/true);
  return true;
}

void FileRun::judge() {
  Judged = true;
  if (!Context || !Extractor)
    return;
  auto Unit = std::make_shared<ir::Unit>();
  std::string Current;
  LastParses::Parse Before = ComesAgain ? LastParses::get().of(File) : nullptr, Now;
  auto Extract = [&] {
    *Unit = Extractor->extract(*Context, &Current, Before.get());
    Now = ComesAgain ? Extractor->keep(Unit, *Context) : nullptr;
  };
  if (!runGuarded(Extract, StackSize)) {
    llvm::BuryPointer(std::make_unique<std::shared_ptr<ir::Unit>>(std::move(Unit))); // half-written
    llvm::BuryPointer(std::move(Extractor));
    LastParses::get().put(File, nullptr);
    Result.Troubles.push_back("gilray crashed" + (Current.empty() ? "" : " in function '" + Current + "'") +
                              "; nothing is said about this file");
    return;
  }
  LastParses::get().put(File, std::move(Now));
  SourceManager &SM = Context->getSourceManager();
  Result = Judge->judge(std::move(Unit), Checks, SM.getBufferData(SM.getMainFileID()));
  for (Finding &F : Result.Findings)
    ByCheck[F.Check].push_back(std::move(F));
}

llvm::ArrayRef<Finding> FileRun::findingsOf(const CheckInfo &Check) {
  if (!Judged)
    judge();
  return ByCheck[&Check];
}

std::vector<std::string> FileRun::takeTroubles() { return std::exchange(Result.Troubles, {}); }

} // namespace gilray::tidy
