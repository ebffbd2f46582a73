// What an event does to locks, read from the API model: which locks, under which names.
#ifndef GILRAY_FLOW_LOCKEVENTS_H
#define GILRAY_FLOW_LOCKEVENTS_H

#include "flow/FunctionInfo.h"
#include "flow/LockState.h"

namespace gilray::flow {

struct LockAction {
  enum Form : uint8_t {
    Nothing,
    Take,
    Try,
    Release,
    Destroy,   ///< what is gone is not held
    MakeGuard, ///< Guard names Locks; they are taken unless it is Deferred
    MoveGuard, ///< Guard becomes what From was
    EndGuard,  ///< releases what Guard holds
    LockGuard, ///< unique_lock::lock
    TryGuard,
    UnlockGuard,
    AskGuard, ///< does Guard hold its lock?
    Enter,    ///< a critical section of Locks
    Leave,
    Once,      ///< Locks are held while the callback runs
    InitBegin, ///< initialisation of a function-local static
    InitEnd,
  } Do = Nothing;
  LockKind Kind = LockKind::None;
  bool Shared = false, Recursive = false;
  bool ZeroHolds = false;               ///< Try: taken when the result is zero
  bool Deferred = false, Tries = false; ///< MakeGuard
  bool Adopted = false;                 ///< MakeGuard: the locks are held already
  llvm::SmallVector<PathId, 2> Locks;
  PathId Guard = 0, From = 0;
};

class LockEvents {
public:
  LockEvents(const link::Program &P, const FunctionInfos &Infos, LockPaths &Paths) : P(P), Infos(Infos), Paths(Paths) {}
  LockAction action(EventRef At) const;
  /// The effects of the guards and modelled calls of an event on the thread state, in order.
  llvm::SmallVector<api::Effect, 2> threadEffects(EventRef At) const;

  /// Is a try-lock repeated until it succeeds, with nothing else in the loop? That waits.
  ///     while (flag.test_and_set()) ;
  bool triesUntilTaken(EventRef At) const;

  /// Is the address of a lock given to a function that nobody knows?
  bool handsOverLock(EventRef At) const;

  /// A lock built from an atomic: the block waits in a loop until it was the one that set it.
  ///     while (atomic_flag_test_and_set(&busy)) ;   ..   atomic_flag_clear(&busy);
  /// The path, and which successor has it; 0 when the block is no such thing.
  PathId spins(FnId F, ir::BlockId B, unsigned &Taken) const;
  /// A plain atomic store that gives such a lock back: its path, else 0.
  PathId unspins(EventRef At) const;
  /// Decides which atomics are locks: those that some loop waits for and some store gives back.
  void findSpinLocks();
  /// Decides which locks are made so that their holder may take them again.
  void findRecursiveLocks();
  bool mayBeRecursive(PathId Lock) const { return RecursiveLocks.count(Paths.className(Lock)) != 0; }

private:
  LockAction guardAction(EventRef At, const ir::Event &E, const api::Entry &A, LockAction L) const;
  bool isMutex(FnId F, ir::ValueId V) const;
  PathId pointee(EventRef At, const ir::Event &E, unsigned Arg) const {
    return Arg < E.Args.size() ? Paths.deref(Paths.of(At.Fn, E.Args[Arg])) : 0;
  }
  PathId waitedFor(FnId F, ir::BlockId B, unsigned &Taken) const;

  const link::Program &P;
  const FunctionInfos &Infos;
  LockPaths &Paths;
  llvm::DenseSet<NameId> SpinLocks, RecursiveLocks;
  mutable llvm::DenseMap<NameId, bool> IsLock; ///< by field or global
};

} // namespace gilray::flow

#endif
