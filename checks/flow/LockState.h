// What is held at one point of a function, and what one event does to it.
//
// A point has several states as long as they differ in what is held or in whether the thread is attached, so that
//
//     if (c->shared) lock(&c->m);   ..   if (c->shared) unlock(&c->m);
//
// stays correlated: each state remembers which conditions were true on its way (property simulation, as in the engine).
#ifndef GILRAY_FLOW_LOCKSTATE_H
#define GILRAY_FLOW_LOCKSTATE_H

#include "flow/LockPaths.h"

namespace gilray::flow {

using api::Degree;
using api::LockKind;
using link::EventRef;

/// Is the thread attached? Relative to how the function was entered.
enum class Here : uint8_t { AsEntered, Attached, Detached, Unknown };

/// A lock and how it is held.
struct HeldLock {
  enum Suspension : uint8_t { No, Maybe, Yes };
  PathId Lock = 0;
  LockKind Kind = LockKind::None;
  bool Shared = false, Recursive = false;
  bool Inert = false; ///< a critical section in a build with GIL: nothing is taken
  /// Critical sections: certainly, or perhaps, not held at this point.
  Suspension Suspended = No;
  uint8_t Count = 1;
  PathId Guard = 0; ///< the C++ object that releases it
  EventRef At;      ///< taken here: in this function, or by this call

  bool critical() const { return Kind == LockKind::CriticalSection; }
  /// Equal but for where it was taken.
  auto key() const { return std::tuple(Lock, Kind, Shared, Inert, Suspended, Count, Guard); }
};

/// A lock that a guard object names without holding it: std::unique_lock with std::defer_lock.
struct GuardedLock {
  PathId Guard = 0, Lock = 0;
  LockKind Kind = LockKind::None;
  bool Shared = false;
  auto operator<=>(const GuardedLock &) const = default;
};

/// A pointer member and what it was set to: a guard of the project keeps the address of its lock.
struct BoundPlace {
  PathId Place = 0, Value = 0;
  auto operator<=>(const BoundPlace &) const = default;
};

/// What is known of a value of the function on the way to a point.
struct LockFact {
  enum Sort : uint8_t { Zero, NonZero, Const, Same };
  ir::ValueId V = 0;
  Sort Kind = Zero;
  int64_t Int = 0;
  ir::ValueId Other = 0; ///< Same: another value of the function, usually a condition
  bool operator==(const LockFact &) const = default;
};

struct LockState {
  // The key: states that differ here stay apart.
  llvm::SmallVector<HeldLock, 2> Held;  ///< in the order of taking
  llvm::SmallVector<PathId, 1> Dropped; ///< the caller's, released here
  Here Thread = Here::AsEntered;
  Here Away =
      Here::Attached; ///< Detached: what it was before. Only an attached thread detaches, so it is that again after
  llvm::SmallVector<Here, 2> Ensures; ///< what each Ensure made here goes back to
  uint8_t Released = 0;               ///< Ensures of the caller released here
  bool Uncertain = false;             ///< something happened that is not followed

  // The rest is what states with equal keys have in common.
  llvm::SmallVector<PathId, 2> Took; ///< taken since entry, on every path here; sorted
  llvm::SmallVector<GuardedLock, 1> Guards;
  llvm::SmallVector<BoundPlace, 1> Bound;
  llvm::SmallVector<LockFact, 8> Facts;
  Degree Disturbed = Degree::Never; ///< the thread may have detached since entry
  bool Guessed = false;             ///< only if a foreign function throws

  bool sameKey(const LockState &O) const;
  /// True when something was lost.
  bool mergeFrom(const LockState &O);

  const HeldLock *find(PathId Lock) const;
  HeldLock *find(PathId Lock) { return const_cast<HeldLock *>(std::as_const(*this).find(Lock)); }
  void take(HeldLock L);
  /// False when it was not held here: the caller's then.
  bool release(PathId Lock);
  void remove(unsigned Index);
  /// Sections are given up while detached; the last one comes back with the thread.
  void detached();
  void attached();
  /// The thread may detach and attach again in between: the last section is held again after it.
  void interrupted(Degree D);

  const LockFact *fact(ir::ValueId V) const;
  void know(LockFact F);
  void forget(llvm::function_ref<bool(ir::ValueId)> Pred);

private:
  void resumeLast();
};

template <class Set, class T> bool insertInOrder(Set &S, const T &X) {
  auto It = std::lower_bound(S.begin(), S.end(), X);
  if (It != S.end() && *It == X)
    return false;
  S.insert(It, X);
  return true;
}

} // namespace gilray::flow

#endif
