// Two threads at one place: which accesses of a global or field nothing orders, and how to tell it.
//
//     if (!cache)                        thread 1 has found it empty ...
//       cache = build();                 ... while thread 2 does the same: both build, one result is lost
//
// The facts of this layer and the checks of the group `freethreading` share these judgements.
#ifndef GILRAY_EVIDENCE_RACES_H
#define GILRAY_EVIDENCE_RACES_H

#include "evidence/Context.h"

namespace gilray::evidence {

using flow::SharedAccess;

/// Does it have the object that it is given, or makes, for itself? tp_new, tp_dealloc, __setstate__
bool isExclusive(const link::Root &Root);
/// Entered through tp_new, tp_init, tp_dealloc and the like only, and about the object that they were given.
bool ownsObject(const flow::LockSets &L, const SharedAccess &A);

/// Appends "thread 1: ..." from the entry point to the access, of which Text tells.
void sideNotes(const flow::Results &R, const flow::LockSets &L, std::vector<Note> &Notes, unsigned Thread,
               const SharedAccess &A, std::string Text);

class Races {
public:
  explicit Races(const Context &C);

  /// Of a variable that running code writes at these places; none, if something orders the accesses or may do so.
  std::optional<Race> ofGlobal(const Variable &V, llvm::ArrayRef<const WriteSite *> Sites,
                               Context::Guard &Verdict) const;

  /// The branch that lets a thread come to At only if the place (LockSets::placeName) is unset; its terminator.
  EventRef unsetTest(llvm::StringRef Place, EventRef At) const;
  /// Appends "thread 1: ..." from the entry point to the access.
  void side(std::vector<Note> &Notes, unsigned Thread, const SharedAccess &A, llvm::StringRef What) const;
  /// "reads", "writes", "changes".
  static std::string verb(const SharedAccess &A, bool Writes);
  /// ", under no lock".
  std::string held(const SharedAccess &A) const;
  /// Two threads that can be at these accesses at once: First writes or lacks the lock.
  struct Pair {
    const SharedAccess *First = nullptr, *Second = nullptr;
  };
  const SharedAccess *second(llvm::ArrayRef<SharedAccess> Accesses, const SharedAccess &First,
                             llvm::function_ref<bool(const SharedAccess &)> Writes) const;
  /// Is the way that the witness shows one of construction or destruction?
  bool entersExclusively(const SharedAccess &A) const;
  Pair pair(llvm::ArrayRef<SharedAccess> Accesses, llvm::function_ref<bool(const SharedAccess &)> Writes) const;

private:
  EventRef testIn(llvm::StringRef Place, EventRef At) const;
  bool dominated(const ir::Function &F, ir::BlockId Test, unsigned Successor, ir::BlockId At) const;
  void sideOf(std::vector<Note> &Notes, unsigned Thread, const WriteSite &W, llvm::StringRef What) const;

  const Context &C;
  /// Who calls a function with a body, and where.
  std::vector<llvm::SmallVector<EventRef, 2>> Callers;
};

} // namespace gilray::evidence

#endif
