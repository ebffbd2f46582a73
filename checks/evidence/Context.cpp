#include "evidence/Context.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include <algorithm>
#include <set>

namespace gilray::evidence {

/// Locks that are only compiled for free-threaded Python: `#ifdef Py_GIL_DISABLED` around PyMutex_Lock.
static bool hasHiddenLocks(const link::Program &P) {
  static constexpr llvm::StringRef Words[] = {"mutex", "lock", "critical", "atomic"};
  for (const ir::Unit *U : P.units())
    if (!U->Facts.GilDisabled)
      for (const ir::PPGroup &G : U->PPGroups)
        if (!G.Taken && G.Condition.contains("Py_GIL_DISABLED"))
          for (llvm::StringRef Name : G.Names)
            for (llvm::StringRef Word : Words)
              if (Name.contains_insensitive(Word))
                return true;
  return false;
}

Context::Context(const flow::Results &R, const link::Modules &M, const flow::LockSets &L, std::vector<Fact> &Facts,
                 std::vector<Unseen> &Hidden)
    : R(R), P(R.program()), M(M), Locks(L), TheTypes(P), TheReach(R, M), TheStorage(R, TheTypes), Facts(Facts),
      Hidden(Hidden), HidesLocks(hasHiddenLocks(P)) {
  llvm::StringMap<size_t> Seen;
  for (const ir::Unit *U : P.units())
    for (const ir::Global &G : U->Globals) {
      if (U->Files[G.Where.File].Class != ir::HeaderClass::Project)
        continue;
      auto [It, New] = Seen.try_emplace(G.Id, Variables.size());
      Variable V{U, &G, TheTypes.content(*U, G.Type)};
      if (New)
        Variables.push_back(V);
      else if (G.Definition && !Variables[It->second].Global->Definition)
        Variables[It->second] = V;
    }
}

FnId Context::owner(const Variable &V) const {
  return V.Global->Link == ir::Linkage::None && !V.Global->Owner.empty() ? P.byId(V.Global->Owner, *V.Unit)
                                                                         : link::NoFn;
}

std::string Context::spell(const Variable &V) const {
  std::string Out = "'" + V.Global->Name.str() + "'";
  if (FnId F = owner(V); F != link::NoFn)
    Out += " of '" + R.functionName(F) + "'";
  return Out;
}

bool Context::isWritten(llvm::StringRef Id) const {
  return llvm::any_of(TheStorage.writes(Id),
                      [&](const WriteSite &W) { return P.fn(W.At.Fn).Kind != ir::FunctionKind::GlobalInit; });
}

void Context::note(Fact &F, NoteKind K, std::string Text, Place Where) const {
  F.Notes.push_back({K, std::move(Text), std::move(Where)});
}

void Context::witness(Fact &F, EventRef At, std::string Text) const {
  TheReach.witness(At.Fn, F.Notes);
  F.Notes.push_back(step(std::move(Text), place(At)));
}

bool isCythonsOwn(llvm::StringRef Subject) {
  for (llvm::StringRef Named : {"__pyx_v_", "__pyx_type_", "__pyx_obj_"})
    if (llvm::StringRef Rest = Subject; Rest.consume_front(Named) && !Rest.empty() && llvm::isDigit(Rest[0]))
      return Rest.starts_with("15View_dot_MemoryView") || Rest.contains("___pyx_"); // closures, default arguments
  return Subject.starts_with("__pyx") || Subject.starts_with("__Pyx") ||
         llvm::is_contained({"generic", "strided", "indirect", "contiguous", "indirect_contiguous"}, Subject);
}

bool Context::isGenerated(const Variable &V) const {
  return V.Global->Name.starts_with("__pyx_") || V.Global->Name.starts_with("__Pyx_");
}

Context::Guard Context::guard(llvm::ArrayRef<const WriteSite *> Sites, bool Sections) const {
  std::set<std::string> Common;
  bool First = true, Unknown = false;
  for (const WriteSite *W : Sites) {
    const flow::LockPoint &Here = Locks.at(W->At);
    for (const flow::LockContext *Way : Locks.contexts(W->At.Fn)) {
      std::set<std::string> Held;
      for (auto *Must : {&Here.Must, &Way->Must})
        for (const flow::HeldLock &L : *Must)
          if (!L.Shared && (Sections || !L.Inert))
            Held.insert(Locks.spell(L, W->At.Fn));
      // What was not followed may have taken a lock as well as any other: that alone is no reason to doubt.
      Unknown |= Here.May.size() > Here.Must.size() || Way->May.size() > Way->Must.size();
      std::set<std::string> Both;
      std::set_intersection(Common.begin(), Common.end(), Held.begin(), Held.end(), std::inserter(Both, Both.end()));
      Common = First ? std::move(Held) : std::move(Both);
      First = false;
    }
  }
  return !Common.empty() ? Guard::Lock : Unknown ? Guard::Unknown : Guard::None;
}

Context::Guard Context::guard(llvm::ArrayRef<flow::SharedAccess> Accesses) const {
  if (Accesses.empty())
    return Guard::None;
  if (!Locks.commonLock(Accesses, /*Weak=*/true).empty())
    return Guard::Lock;
  return llvm::any_of(Accesses, [](const flow::SharedAccess &A) { return A.May.size() > A.Must.size(); })
             ? Guard::Unknown
             : Guard::None;
}

void Context::eachApiEvent(llvm::function_ref<void(EventRef, const link::Target &)> Visit) const {
  for (FnId Id = 0; Id < P.functions().size(); ++Id) {
    if (TheReach.of(Id) == Life::Unused)
      continue;
    const auto &Targets = R.engine().infos()[Id].Targets;
    for (ir::BlockId B = 0; B < Targets.size(); ++B)
      for (uint32_t N = 0; N < Targets[B].size(); ++N)
        if (Targets[B][N].Api)
          Visit({Id, B, N}, Targets[B][N]);
  }
}

void Context::add(Fact F, llvm::SmallVector<unsigned, 1> Modules) const {
  if (Modules.empty() && !M.all().empty())
    return;
  // In the build that runs without a GIL, what is seen here may be under a lock.
  F.MayBeLocked = HidesLocks;
  if (HidesLocks && (F.Blocks & FreeThreading)) {
    F.Blocks &= ~FreeThreading;
    F.Concerns |= FreeThreading;
  }
  F.Modules = std::move(Modules);
  Facts.push_back(std::move(F));
}

} // namespace gilray::evidence
