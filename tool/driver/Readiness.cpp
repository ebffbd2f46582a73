// gilray readiness: what each module may declare of itself, and what stands in the way.
#include "report/Readiness.h"
#include "driver/Session.h"
#include "driver/Suppress.h"
#include "llvm/Support/Format.h"

namespace gilray::driver {

using namespace llvm;
using readiness::Verdict;

namespace {

class ReadinessRun {
public:
  ReadinessRun(const Invocation &Inv, const Context &C) : Inv(Inv), S(Inv, C) {}

  int run();

private:
  const Invocation &Inv;
  Session S;
  std::vector<report::JudgedModule> Judged;
  std::vector<Incomplete> Unjudged;

  void take(ParsedProgram &P);
  Error write(const report::ReadinessReport &R);
  void closingLine(const report::ReadinessReport &R);
  bool fails(const report::ReadinessReport &R) const;
};

/// A comment that silences the check of a fact silences the fact: the project has judged it.
unsigned dropSuppressed(readiness::ModuleFacts &M, Suppressions &Silenced) {
  size_t Before = M.Facts.size();
  llvm::erase_if(M.Facts, [&](const evidence::Fact &F) {
    Finding Like;
    Like.Check = findCheck(readiness::checkOf(F.What));
    Like.Where = F.Where;
    return Like.Check && Silenced.suppresses(Like);
  });
  return Before - M.Facts.size();
}

void ReadinessRun::take(ParsedProgram &P) {
  Suppressions Silenced;
  for (const ir::Unit *U : P.Units)
    Silenced.add(*U);
  Silenced.finish();
  for (readiness::ModuleFacts &M : P.Result.Modules) {
    if (!P.Label.empty())
      M.Python = P.Label.str();
    unsigned Suppressed = dropSuppressed(M, Silenced);
    std::vector<readiness::GoalVerdict> Verdicts = readiness::assess(M);
    Judged.push_back({std::move(M), std::move(Verdicts), Suppressed});
  }
  llvm::move(P.Result.Unjudged, std::back_inserter(Unjudged));
}

Error ReadinessRun::write(const report::ReadinessReport &R) {
  return S.write([&](raw_ostream &OS, bool Color) {
    switch (Inv.ReadinessReport) {
    case ReadinessFormat::Text:
      report::writeReadinessText(R, OS, Color);
      break;
    case ReadinessFormat::Json:
      report::writeReadinessJson(R, OS);
      break;
    case ReadinessFormat::Markdown:
      report::writeReadinessMarkdown(R, OS);
      break;
    case ReadinessFormat::Badge:
      report::writeReadinessBadge(R, OS);
      break;
    }
  });
}

void ReadinessRun::closingLine(const report::ReadinessReport &R) {
  if (S.log().quiet())
    return;
  S.log().stream() << counted(S.files().size(), "file") << " read, " << counted(R.Modules.size(), "module") << ", "
                   << R.Unjudged.size() << " incomplete"
                   << (R.Unjudged.empty() || Inv.Stats || Inv.Strict ? "" : " (--stats lists them)") << ", "
                   << format("%.2f s", S.seconds()) << '\n';
}

bool ReadinessRun::fails(const report::ReadinessReport &R) const {
  if (Inv.FailOnVerdict == ReadinessGate::Never)
    return false;
  return any_of(R.Modules, [&](const report::ModuleReport &M) {
    return any_of(M.Versions, [&](const report::JudgedModule &J) {
      return any_of(J.Verdicts, [&](const readiness::GoalVerdict &V) {
        return V.Is == Verdict::Contradicted ||
               (Inv.FailOnVerdict == ReadinessGate::Blocked && V.Is == Verdict::Blocked);
      });
    });
  });
}

int ReadinessRun::run() {
  if (!S.open())
    return Failed;
  AnalysisOptions Options;
  Options.Readiness = true;
  S.forEachProgram(Options, [&](ParsedProgram &P) { take(P); });
  if (Error E = S.close())
    return S.fail(std::move(E));
  report::ReadinessReport R;
  R.Modules = report::groupModules(std::move(Judged));
  llvm::sort(Unjudged, [](const Incomplete &A, const Incomplete &B) { return before(A, B); });
  R.Unjudged = std::move(Unjudged);
  R.Directory = S.directory();
  if (R.Modules.empty())
    S.log().error("no extension module was found in " + counted(S.files().size(), "file") +
                  ": none has a PyInit_NAME or PyModExport_NAME function, PYBIND11_MODULE, NB_MODULE or "
                  "BOOST_PYTHON_MODULE; give the file that defines the module, too");
  R.Successful = !S.log().failed() && !(Inv.Strict && !R.Unjudged.empty());
  if (Error E = write(R))
    return S.fail(std::move(E));
  S.statistics(R.Unjudged);
  closingLine(R);
  if (!R.Successful)
    return Failed;
  return fails(R) ? Findings : Nothing;
}

} // namespace

int runReadiness(const Invocation &Inv, const Context &C) { return ReadinessRun(Inv, C).run(); }

} // namespace gilray::driver
