// gilray's checks in clang-tidy and clangd: one check object for each record of the catalogue, one registration.
#include "clang-tidy/ClangTidyCheck.h"
#include "clang-tidy/ClangTidyModule.h"
#include "core/CheckInfo.h"
#include "tidy/Emit.h"
#include "tidy/FileRun.h"
#include "clang/ASTMatchers/ASTMatchers.h"
#include "clang/ASTMatchers/ASTMatchersMacros.h"
#include "clang/Lex/Preprocessor.h"
#include "clang/Lex/PreprocessorOptions.h"

namespace gilray::tidy {

using namespace clang;
using namespace clang::ast_matchers;
using clang::tidy::ClangTidyContext;
using llvm::StringRef;

namespace {

/// Matches until the run has its context.
AST_MATCHER_P(Decl, isFirstOf, const FileRun *, Run) { return !Run->hasContext(); }

class GilrayCheck : public clang::tidy::ClangTidyCheck {
public:
  GilrayCheck(StringRef Name, ClangTidyContext *Host, const CheckInfo &Info)
      : ClangTidyCheck(Name, Host), Info(Info), Host(Host), Run(FileRun::join(Info, Host)) {
    HostOptions &O = Run->Options;
    O.Config = Options.getLocalOrGlobal("GilrayConfig", "");
    O.Index = Options.getLocalOrGlobal("GilrayIndex", "");
    O.Severity = Options.getLocalOrGlobal("GilraySeverity", "");
    if (auto Own = Options.get("Severity"))
      O.Severities[&Info] = Own->str();
  }

  bool isLanguageVersionSupported(const LangOptions &Lang) const override { return !Lang.ObjC && !Lang.OpenCL; }

  void storeOptions(clang::tidy::ClangTidyOptions::OptionMap &Opts) override {
    Options.store(Opts, "Severity", Options.get("Severity", ""));
    for (StringRef Global : {"GilrayConfig", "GilrayIndex", "GilraySeverity"})
      Opts[Global] = clang::tidy::ClangTidyOptions::ClangTidyValue(Options.getLocalOrGlobal(Global, ""));
  }

  void registerPPCallbacks(const SourceManager &Sources, Preprocessor *PP, Preprocessor *) override {
    SM = const_cast<SourceManager *>(&Sources);
    bool First = Run->attach(*PP, Host->getCurrentFile());
    // clangd asks for diagnostics that stand alone.
    Run->ComesAgain = Host->areDiagsSelfContained();
    SeeksContext = First && !PP->getPreprocessorOpts().ImplicitPCHInclude.empty();
  }

  void registerMatchers(MatchFinder *Finder) override {
    Finder->addMatcher(translationUnitDecl().bind(""), this);
    // clangd walks the declarations behind the preamble, not the unit itself. One check finds the context for all.
    if (SeeksContext)
      Finder->addMatcher(decl(isFirstOf(Run.get())).bind(""), this);
  }

  void check(const MatchFinder::MatchResult &Result) override { Run->setContext(*Result.Context); }

  void onEndOfTranslationUnit() override {
    // clangd, which asks for diagnostics that stand alone, shows the file that is open.
    Emitter Out(*this, *SM, Host->areDiagsSelfContained());
    for (const Finding &F : Run->findingsOf(Info))
      Out.emit(F);
    for (const std::string &Trouble : Run->takeTroubles())
      configurationDiag("%0") << Trouble;
  }

private:
  const CheckInfo &Info;
  ClangTidyContext *Host;
  std::shared_ptr<FileRun> Run;
  SourceManager *SM = nullptr;
  bool SeeksContext = false;
};

class Module : public clang::tidy::ClangTidyModule {
public:
  void addCheckFactories(clang::tidy::ClangTidyCheckFactories &Factories) override {
    for (const CheckInfo *Info : allChecks())
      Factories.registerCheckFactory(
          "gilray-" + std::string(Info->Name),
          [Info](StringRef Name, ClangTidyContext *Host) { return std::make_unique<GilrayCheck>(Name, Host, *Info); });
  }
};

} // namespace

static clang::tidy::ClangTidyModuleRegistry::Add<Module>
    Registration("gilray-module", "GIL, sub-interpreters and free threading in CPython extensions");

} // namespace gilray::tidy
