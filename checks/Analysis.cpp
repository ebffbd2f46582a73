// Each stage runs guarded. After a crash of the engine nothing it has made can be trusted: the work is repeated without
// the function it was busy with. Rules only read, so the one that crashed is left out and the others go on.
#include "Analysis.h"
#include "core/CrashGuard.h"
#include "flow/Results.h"
#include "link/OwnTypes.h"
#include "link/Program.h"
#include "rules/Input.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/BuryPointer.h"
#include "llvm/Support/Path.h"

namespace gilray {

using llvm::StringRef;

/// The engine follows call chains by recursion, some hundred frames deep in amalgamated sources.
static constexpr unsigned StackBytes = 256u << 20;
/// Each crash costs another run of the engine.
static constexpr unsigned MostCrashes = 8;

namespace {

class ProgramRun {
public:
  ProgramRun(llvm::ArrayRef<const ir::Unit *> Units, const api::Model &Model, const AnalysisOptions &Opts)
      : Units(Units), Model(Model), Opts(Opts) {}

  /// Nothing, if these units cannot be judged together.
  std::optional<AnalysisResult> run() {
    if (!link() || !solve())
      return std::nullopt;
    if (Opts.Readiness)
      assessModules();
    else
      check();
    if (Opts.Kernels)
      gatherKernels();
    llvm::append_range(Out.Unjudged, Results->incomplete());
    Out.Stats = {unsigned(Program->functions().size()), unsigned(Results->engine().numNodes()),
                 Results->engine().Steps};
    if (Opts.DisableFree || !Out.Crashes.empty()) {
      llvm::BuryPointer(std::move(Results));
      llvm::BuryPointer(std::move(Program));
      llvm::BuryPointer(std::move(Types));
    }
    return std::move(Out);
  }

private:
  llvm::ArrayRef<const ir::Unit *> Units;
  const api::Model &Model;
  const AnalysisOptions &Opts;
  AnalysisResult Out;
  flow::Watch Watch;
  std::unique_ptr<link::OwnTypes> Types;
  std::unique_ptr<link::Program> Program;
  std::unique_ptr<flow::Results> Results;

  void begin(Stage S, StringRef Name) {
    if (Opts.Begin)
      Opts.Begin(S, Name);
  }

  bool link() {
    std::string Names;
    for (const ir::Unit *U : Units)
      Names += (Names.empty() ? "" : "+") + llvm::sys::path::filename(U->MainFile).str();
    return runGuarded(
        [&] {
          begin(Stage::Linking, Names);
          Types = std::make_unique<link::OwnTypes>(Units);
          Program = std::make_unique<link::Program>(Types->units(), Model);
        },
        StackBytes);
  }

  bool solve() {
    Watch.Begin = [&](link::FnId F) { begin(Stage::Function, Program->fn(F).Name); };
    while (
        !runGuarded([&] { Results = std::make_unique<flow::Results>(*Program, flow::Budget(), &Watch); }, StackBytes)) {
      link::FnId F = std::exchange(Watch.Current, link::NoFn);
      if (F == link::NoFn || Watch.Skip.size() == MostCrashes)
        return false;
      Watch.Skip.insert(F);
      const ir::Unit &U = Program->unit(F);
      const ir::Loc &L = Program->fn(F).Where;
      Out.Crashes.push_back({Crash::Lost::Function,
                             {U.Files[L.File].Path.str(), L.Line, L.Col, L.EndLine, L.EndCol},
                             Program->fn(F).Name.str()});
    }
    return true;
  }

  void check() {
    std::vector<const CheckInfo *> Checks = Opts.Checks;
    if (Checks.empty())
      llvm::append_range(Checks, allChecks());
    for (size_t Next = 0; Next < Checks.size();) {
      // What rules share is made when one asks: after a crash it may be half made, and is made anew.
      auto Input = std::make_unique<rules::Input>(*Results, Opts.Read, Opts.GuardedBy);
      auto Found = std::make_unique<std::vector<Finding>>(); // of the check in progress
      bool Survived = runGuarded(
          [&] {
            for (; Next < Checks.size(); ++Next) {
              begin(Stage::Check, Checks[Next]->Name);
              Checks[Next]->Run(*Input, *Found);
              llvm::move(*Found, std::back_inserter(Out.Findings));
              Found->clear();
            }
          },
          StackBytes);
      if (!Survived) {
        llvm::BuryPointer(std::move(Found));
        lose(*Checks[Next++]);
      }
      if (Opts.DisableFree || !Survived)
        llvm::BuryPointer(std::move(Input));
    }
  }

  void assessModules() {
    auto Input = std::make_unique<rules::Input>(*Results, Opts.Read);
    bool Survived = runGuarded(
        [&] {
          begin(Stage::Readiness, "");
          Out.Modules = readiness::gather(*Results, Input->modules(), Input->evidence());
        },
        StackBytes);
    if (!Survived) {
      Out.Crashes.push_back({Crash::Lost::Readiness});
      Out.Modules.clear();
    }
    if (Opts.DisableFree || !Survived)
      llvm::BuryPointer(std::move(Input));
  }

  void gatherKernels() {
    auto Input = std::make_unique<rules::Input>(*Results);
    bool Survived = runGuarded(
        [&] {
          begin(Stage::Kernels, "");
          Out.Kernels = kernels::gather(*Results, Input->modules(), Out.Findings);
        },
        StackBytes);
    if (!Survived) {
      Out.Crashes.push_back({Crash::Lost::Kernels});
      Out.Kernels.clear();
    }
    if (Opts.DisableFree || !Survived)
      llvm::BuryPointer(std::move(Input));
  }

  void lose(const CheckInfo &C) {
    Out.Crashes.push_back({Crash::Lost::Check, {}, "", &C});
    for (const ir::Unit *U : Units)
      Out.Unjudged.push_back({{U->MainFile.str()}, "", "check gilray-" + std::string(C.Name) + " crashed"});
  }
};

} // namespace

/// Files that cannot be judged together, one by one.
static AnalysisResult analyseAlone(llvm::ArrayRef<const ir::Unit *> Units, const api::Model &Model,
                                   const AnalysisOptions &Opts) {
  AnalysisResult Out;
  if (Units.size() > 1)
    Out.Crashes.push_back({Crash::Lost::Links});
  for (const ir::Unit *U : Units) {
    std::optional<AnalysisResult> Own;
    if (Units.size() > 1)
      Own = ProgramRun(U, Model, Opts).run();
    if (!Own) {
      Out.Crashes.push_back({Crash::Lost::File, {U->MainFile.str()}});
      Out.Unjudged.push_back({{U->MainFile.str()}, "", "gilray crashed in this file"});
      continue;
    }
    Out.Unjudged.push_back({{U->MainFile.str()}, "", "judged without the other files: gilray crashed on all together"});
    llvm::move(Own->Findings, std::back_inserter(Out.Findings));
    llvm::move(Own->Unjudged, std::back_inserter(Out.Unjudged));
    llvm::move(Own->Crashes, std::back_inserter(Out.Crashes));
    llvm::move(Own->Modules, std::back_inserter(Out.Modules));
    llvm::move(Own->Kernels, std::back_inserter(Out.Kernels));
    Out.Stats.Functions += Own->Stats.Functions;
    Out.Stats.Analysed += Own->Stats.Analysed;
    Out.Stats.Steps += Own->Stats.Steps;
  }
  return Out;
}

AnalysisResult analyse(llvm::ArrayRef<const ir::Unit *> Units, const api::Model &Model, const AnalysisOptions &Opts) {
  std::optional<AnalysisResult> Whole = ProgramRun(Units, Model, Opts).run();
  AnalysisResult Out = Whole ? std::move(*Whole) : analyseAlone(Units, Model, Opts);
  llvm::sort(Out.Findings, [](const Finding &A, const Finding &B) { return before(A, B); });
  // An inline function of a header is seen in several units: equal findings are one.
  Out.Findings.erase(std::unique(Out.Findings.begin(), Out.Findings.end(),
                                 [](const Finding &A, const Finding &B) {
                                   return A.Check == B.Check && A.Where == B.Where && A.Message == B.Message;
                                 }),
                     Out.Findings.end());
  return Out;
}

} // namespace gilray
