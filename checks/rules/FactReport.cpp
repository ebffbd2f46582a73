#include "rules/FactReport.h"
#include "rules/Report.h"
#include "rules/freethreading/Applies.h"
#include "llvm/ADT/STLExtras.h"
#include <set>

namespace gilray::rules {

using evidence::Fact;

/// How many of the other facts a finding lists.
static constexpr size_t MaxListed = 50;

Promises promises(const link::ExtensionModule &M) {
  Promises P;
  if (M.Interpreters.says(1))
    P.Declared |= evidence::SharedGilInterpreters;
  if (M.Interpreters.says(2))
    P.Declared |= evidence::SharedGilInterpreters | evidence::OwnGilInterpreters;
  if (M.Interpreters.says(0) || M.OneInterpreter)
    P.Refused |= evidence::SharedGilInterpreters | evidence::OwnGilInterpreters;
  if (M.Gil.says(1))
    P.Declared |= evidence::FreeThreading;
  if (M.Gil.says(0))
    P.Refused |= evidence::FreeThreading;
  return P;
}

Finding fromFact(const CheckInfo &Check, const Fact &From, const link::ExtensionModule &M) {
  Finding F;
  F.Check = &Check;
  F.Sev = Check.Default;
  F.Message = From.Says;
  F.Where = From.Where;
  F.Function = From.Function;
  F.Module = M.Name;
  F.Notes = From.Notes;
  return F;
}

std::string FactGroup::subjects() const {
  std::string Out = "'" + First->Subject + "'";
  if (Others)
    Out += " and " + std::to_string(Others) + (Others == 1 ? " other" : " others");
  return Out;
}

/// Leaves what the source of a Cython module has a name for. If that is nothing, the one object that stands for all
/// that Cython keeps by itself, which the remedy moves together; false: nothing to tell.
static bool leaveNamed(std::vector<const Fact *> &Gathered) {
  auto Own = [](const Fact *F) { return evidence::isCythonsOwn(F->Subject); };
  bool Named = !llvm::all_of(Gathered, Own);
  llvm::erase_if(Gathered, [&](const Fact *F) { return Own(F) && (Named || F->Subject != "__pyx_m"); });
  return !Gathered.empty();
}

void reportFacts(const Input &In, const CheckInfo &Check, evidence::Kind K, llvm::StringRef Why,
                 llvm::function_ref<std::string(const FactGroup &)> Together, std::vector<Finding> &Out) {
  llvm::ArrayRef<link::ExtensionModule> Modules = In.modules().all();
  std::set<const Fact *> Told;
  auto Add = [&](Finding F, const Fact &First) {
    why(F, Why.str());
    remedy(F, First.Remedy);
    Out.push_back(std::move(F));
  };
  for (unsigned I = 0; I < Modules.size(); ++I) {
    Promises P = promises(Modules[I]);
    std::vector<const Fact *> Gathered;
    for (const Fact &F : In.evidence().facts()) {
      uint8_t Against = (F.Blocks || K == evidence::Kind::MutableGlobal ? F.Blocks : F.Concerns) & ~P.Refused;
      // A race between threads is for the group freethreading to tell; what is left is about interpreters.
      const bool Raced = F.Threads && withoutGil(Modules[I]);
      if (Raced)
        Against &= P.Declared & ~evidence::FreeThreading;
      if (F.What != K || !Against || !llvm::is_contained(F.Modules, I) || !Told.insert(&F).second)
        continue;
      if ((Against & P.Declared) && !(Modules[I].Cython && evidence::isCythonsOwn(F.Subject)))
        Add(fromFact(Check, F, Modules[I]), F);
      else
        Gathered.push_back(&F);
    }
    if (Modules[I].Cython && !leaveNamed(Gathered))
      continue;
    if (Gathered.empty())
      continue;
    const Fact &First = *Gathered.front();
    Finding F = fromFact(Check, First, Modules[I]);
    if (evidence::isCythonsOwn(First.Subject) && Modules[I].Cython)
      F.Message = "the module keeps its state in static storage, shared by all interpreters of the process";
    else if (Gathered.size() > 1)
      F.Message = Together({&First, Gathered.size() - 1});
    for (const Fact *Other : llvm::ArrayRef(Gathered).drop_front().take_front(MaxListed))
      F.Notes.push_back({NoteKind::Related, Other->Says, Other->Where, Other->Says});
    Add(std::move(F), First);
  }
}

} // namespace gilray::rules
