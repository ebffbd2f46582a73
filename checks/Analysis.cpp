#include "Analysis.h"
#include "flow/Results.h"
#include "link/Program.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/BuryPointer.h"
#include "llvm/Support/thread.h"

namespace gilray {

/// The engine follows call chains by recursion, some hundred frames deep in amalgamated sources.
static constexpr unsigned StackBytes = 256u << 20;

AnalysisResult analyse(llvm::ArrayRef<const ir::Unit *> Units, const api::Model &Model, const AnalysisOptions &Opts) {
  AnalysisResult Out;
  auto Run = [&] {
    auto OwnedProgram = std::make_unique<link::Program>(Units, Model);
    auto OwnedResults = std::make_unique<flow::Results>(*OwnedProgram);
    link::Program &Program = *OwnedProgram;
    flow::Results &Results = *OwnedResults;
    auto RunCheck = [&](const CheckInfo *C) { C->Run(Results, Out.Findings); };
    if (Opts.Checks.empty())
      llvm::for_each(allChecks(), RunCheck);
    else
      llvm::for_each(Opts.Checks, RunCheck);
    Out.Unjudged = Results.incomplete();
    Out.Stats = {unsigned(Program.functions().size()), unsigned(Results.engine().numNodes()), Results.engine().Steps};
    if (Opts.DisableFree) {
      llvm::BuryPointer(std::move(OwnedResults));
      llvm::BuryPointer(std::move(OwnedProgram));
    }
  };
  llvm::thread Worker(std::optional<unsigned>(StackBytes), Run);
  Worker.join();
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
