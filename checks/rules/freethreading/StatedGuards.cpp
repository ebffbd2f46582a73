#include "rules/freethreading/StatedGuards.h"
#include "evidence/Races.h"
#include "link/OwnTypes.h"
#include "rules/Report.h"
#include "rules/freethreading/Applies.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringSet.h"
#include <set>

namespace gilray::rules {

using flow::LockName;
using flow::SharedAccess;
using llvm::StringRef;

namespace {

struct Guarded {
  std::string Name, Lock; ///< "Conn.status", or a variable's
  std::vector<SharedAccess> Accesses;
  Place Stated; ///< empty: in the configuration
};

} // namespace

static bool isSection(StringRef Lock) { return Lock == "critical_section" || Lock == "critical-section"; }

/// Some lock of that name counts also where it is not known whether it is that of the same object.
static bool isStated(const Input &In, const LockName &L, StringRef Lock, bool Field) {
  if (isSection(Lock))
    return L.Kind == api::LockKind::CriticalSection && (!Field || L.Whose != LockName::Global);
  StringRef Name = In.locks().paths().name(L.Class);
  if (const ir::Global *G = In.flow().program().global(Name))
    return G->Name == Lock;
  return Name == Lock || Name.rsplit('.').second == Lock;
}

static std::vector<Guarded> fields(const Input &In) {
  std::vector<Guarded> Out;
  llvm::StringSet<> Seen;
  for (const ir::Unit *U : In.flow().program().units())
    for (const ir::Record &R : U->Records)
      for (const ir::Field &F : R.Fields) {
        std::string Name = (R.Name + "." + F.Name).str();
        auto Said = In.guardedBy().find((link::writtenName(R.Name) + "." + F.Name).str());
        const bool Configured = Said != In.guardedBy().end();
        if ((F.GuardedBy.empty() && !Configured) || !Seen.insert(Name).second)
          continue;
        Guarded G;
        G.Name = Name;
        G.Lock = Configured ? Said->second : F.GuardedBy.str();
        G.Accesses = In.locks().accessesOf(R.Name, F.Name);
        if (!Configured)
          G.Stated = In.flow().place(*U, R.Where);
        Out.push_back(std::move(G));
      }
  return Out;
}

static std::vector<Guarded> globals(const Input &In) {
  std::vector<Guarded> Out;
  llvm::StringSet<> Seen;
  for (const ir::Unit *U : In.flow().program().units())
    for (const ir::Global &X : U->Globals) {
      auto Said = In.guardedBy().find(X.Name.str());
      const bool Configured = Said != In.guardedBy().end();
      if ((X.GuardedBy.empty() && !Configured) || !Seen.insert(X.Id).second)
        continue;
      Guarded G;
      G.Name = X.Name.str();
      G.Lock = Configured ? Said->second : X.GuardedBy.str();
      G.Accesses = In.locks().accessesOf(X);
      if (!Configured)
        G.Stated = In.flow().place(*U, X.Where);
      Out.push_back(std::move(G));
    }
  return Out;
}

void reportStatedGuards(const Input &In, const CheckInfo &Check, bool Fields, std::vector<Finding> &Out) {
  for (const Guarded &G : Fields ? fields(In) : globals(In)) {
    std::set<link::FnId> Told;
    for (const SharedAccess &A : G.Accesses) {
      auto Holds = [&](const LockName &L) { return isStated(In, L, G.Lock, Fields); };
      // What was not followed may have taken it.
      if (A.InitOnly || A.Uncertain || (Fields && evidence::ownsObject(In.locks(), A)) || llvm::any_of(A.Must, Holds) ||
          llvm::any_of(A.May, Holds) || !Told.insert(A.At.Fn).second)
        continue;
      std::string Lock = isSection(G.Lock) ? "its critical section" : "'" + G.Lock + "'";
      Finding F = makeFinding(In.flow(), Check, A.At, "'" + G.Name + "' is used without " + Lock + ", which guards it");
      evidence::sideNotes(In.flow(), In.locks(), F.Notes, 1, A, "'" + G.Name + "' is used");
      if (!G.Stated.File.empty())
        F.Notes.push_back({NoteKind::Related, "the guard is stated here", G.Stated});
      why(F, "whoever holds the lock relies on nobody else being there");
      remedyInGuide(F, "hold " + Lock + " here, or state no guard for what needs none", "Stated guards");
      Out.push_back(std::move(F));
    }
  }
}

} // namespace gilray::rules
