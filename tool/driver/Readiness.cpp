// gilray readiness: what each module may declare of itself, and what stands in the way.
#include "report/Readiness.h"
#include "driver/CythonPlaces.h"
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
unsigned dropSuppressed(readiness::ModuleFacts &M, Suppressions &Silenced, const CythonPlaces &Cython) {
  size_t Before = M.Facts.size();
  llvm::erase_if(M.Facts, [&](const evidence::Fact &F) {
    Finding Like;
    Like.Check = findCheck(readiness::checkOf(F.What));
    Like.Where = F.Where;
    Like.Message = F.Says;
    return Like.Check && Silenced.suppresses(Like, Cython);
  });
  return Before - M.Facts.size();
}

bool isStorage(const evidence::Fact &F) {
  using evidence::Kind;
  return is_contained({Kind::StaticType, Kind::StaticObject, Kind::MutableGlobal, Kind::ModuleLookup}, F.What);
}

/// What Cython keeps on its own account is one fact, because one option moves all of it into the module state. Races in
/// its own objects are for Cython to mend.
void mergeCythonsOwn(std::vector<evidence::Fact> &Facts) {
  evidence::Fact *First = nullptr;
  // Built with CYTHON_USE_MODULE_STATE; memoryviews still keep constants of their own, which no option moves.
  bool Moved = none_of(Facts, [](const evidence::Fact &F) { return F.Subject == "__pyx_m"; });
  for (evidence::Fact &F : Facts) {
    if (!evidence::isCythonsOwn(F.Subject))
      continue;
    bool Moves = F.What == evidence::Kind::StaticType || F.What == evidence::Kind::StaticObject;
    uint8_t Blocks = F.Blocks & ~evidence::FreeThreading, Concerns = F.Concerns & ~evidence::FreeThreading;
    F.Threads.reset();
    F.Blocks = F.Concerns = 0;
    if (!Moves || Moved)
      continue;
    if (!First) {
      First = &F;
      F.What = evidence::Kind::StaticObject;
      F.Says = "the module keeps its state in static storage, shared by all interpreters of the process";
      F.Notes.clear();
    }
    First->Blocks |= Blocks;
    First->Concerns |= Concerns;
  }
  llvm::erase_if(Facts, [](const evidence::Fact &F) { return !F.Blocks && !F.Concerns; });
}

/// Places and names of the source. What stands in code that Cython wrote by itself does not fail the module: there is
/// nothing in the source to be changed.
void speakCython(readiness::ModuleFacts &M, const CythonPlaces &Cython) {
  if (!M.Cython || !Cython.isGenerated(M.Where.File))
    return;
  mergeCythonsOwn(M.Facts);
  for (evidence::Fact &F : M.Facts) {
    Place At = F.Where;
    if (Cython.isGenerated(At.File) && !Cython.translate(At) && !isStorage(F) && F.What != evidence::Kind::Declared &&
        F.What != evidence::Kind::SinglePhase) {
      F.Concerns |= F.Blocks;
      F.Blocks = 0;
    }
    Cython.move(F.Where, isStorage(F) ? StringRef(F.Says) : StringRef());
    for (std::string *Text : {&F.Subject, &F.Says, &F.Remedy, &F.Function})
      *Text = CythonPlaces::readable(*Text);
    Cython.translate(F.Notes);
    if (F.Threads) {
      Cython.move(F.Threads->Where);
      F.Threads->Name = CythonPlaces::readable(F.Threads->Name);
      F.Threads->Function = CythonPlaces::readable(F.Threads->Function);
      Cython.translate(F.Threads->Notes);
    }
  }
  llvm::erase_if(M.Unseen, [](const evidence::Unseen &U) {
    StringRef Named = StringRef(U.Reason).split('\'').second.split('\'').first;
    return evidence::isCythonsOwn(Named);
  });
  for (evidence::Unseen &U : M.Unseen) {
    Cython.move(U.Where);
    U.Reason = CythonPlaces::readable(U.Reason);
  }
  for (Place *P : {&M.Where, &M.Interpreters.Where, &M.Gil.Where})
    Cython.move(*P);
}

void ReadinessRun::take(ParsedProgram &P) {
  Suppressions Silenced;
  CythonPlaces Cython;
  for (const ir::Unit *U : P.Units) {
    Silenced.add(*U);
    Cython.add(*U);
  }
  Silenced.add(Cython);
  Silenced.finish();
  for (readiness::ModuleFacts &M : P.Result.Modules) {
    if (!P.Label.empty())
      M.Python = P.Label.str();
    unsigned Suppressed = dropSuppressed(M, Silenced, Cython);
    speakCython(M, Cython);
    std::vector<readiness::GoalVerdict> Verdicts = readiness::assess(M);
    Judged.push_back({std::move(M), std::move(Verdicts), Suppressed});
  }
  for (Incomplete &I : P.Result.Unjudged) {
    Cython.move(I.Where);
    I.Function = CythonPlaces::readable(I.Function);
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
