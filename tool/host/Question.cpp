// See Question.h.
#include "host/Question.h"
#include "Analysis.h"
#include "driver/Collect.h"
#include "driver/CommandLine.h"
#include "driver/Crashes.h"
#include "driver/Fixes.h"

namespace gilray::tidy {

using namespace llvm;

namespace {

class Judge {
public:
  explicit Judge(const Question &Q) : Q(Q) {}
  Judgement run(Scope S);

private:
  const Question &Q;
  Judgement Out;

  /// Only what runs in this host may be said to suppress nothing.
  std::string excluded() const {
    std::string Globs;
    for (const CheckInfo *C : allChecks())
      if (!is_contained(Q.Enabled, C))
        Globs += (Globs.empty() ? "-gilray-" : ",-gilray-") + std::string(C->Name);
    return Globs;
  }
  /// A level of an option; a wrong one is told and not used.
  std::optional<Severity> level(const Twine &Option, StringRef Value) {
    auto Level = driver::parseSeverity(Value);
    if (!Level && !Value.empty())
      Out.Troubles.push_back(("option '" + Option + "': '" + Value + "' is not note, warning or error").str());
    return Level;
  }
  bool keep(Finding &F) {
    if (auto It = Q.Options.Severities.find(F.Check); It != Q.Options.Severities.end()) {
      if (It->second == "off")
        return false;
      if (auto Level = level("gilray-" + std::string(F.Check->Name) + ".Severity", It->second))
        F.Sev = *Level;
    }
    return true;
  }
};

} // namespace

Judgement Judge::run(Scope S) {
  auto Wanted = driver::Selection::create(*Q.Conf, excluded());
  if (!Wanted) {
    Out.Troubles.push_back(toString(Wanted.takeError()));
    return std::move(Out);
  }
  AnalysisOptions Options;
  Options.Checks = Wanted->checksToRun();
  if (Options.Checks.empty())
    return std::move(Out);
  Options.Begin = driver::crashesForTests();
  Options.GuardedBy = Q.Conf->GuardedBy;
  Options.Read = [&](StringRef File) { return File == Q.MainFile ? std::optional(Q.Text) : readFromDisk(File); };
  std::vector<const ir::Unit *> Units{Q.Unit.get()};
  StringSet<> Foreign; // main files of the other units
  if (Q.Project) {
    if (const ir::Unit *Headers = Q.BodiesSkipped ? Q.Project->headersOf(Q.MainFile) : nullptr)
      Units.push_back(Headers);
    if (S == Scope::Project)
      for (const ir::Unit &Other : Q.Project->units())
        if (Other.MainFile != Q.MainFile) {
          Units.push_back(&Other);
          Foreign.insert(Other.MainFile);
        }
  }
  AnalysisResult Result = analyse(Units, Q.Conf->Model ? *Q.Conf->Model : api::Model::builtin(), Options);
  for (const Crash &C : Result.Crashes)
    Out.Troubles.push_back(driver::describe(C, [](StringRef Path) { return Path.str(); }));
  driver::dropForeign(Result, Foreign, Q.MainFile);
  driver::Collector All(*Wanted, Q.MainFile);
  All.add(Units, std::move(Result), "");
  Out.Findings = std::move(All.take().Findings);
  Severity Least = level("GilraySeverity", Q.Options.Severity).value_or(Severity::Warning);
  llvm::erase_if(Out.Findings, [&](Finding &F) { return !keep(F) || F.Sev < Least; });
  driver::finishFixes(Out.Findings, [&](StringRef File) {
    return File == Q.MainFile ? std::optional<StringRef>(Q.Text) : std::nullopt;
  });
  return std::move(Out);
}

Judgement judge(const Question &Q, Scope S) { return Judge(Q).run(S); }

} // namespace gilray::tidy
