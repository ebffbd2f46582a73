// What one function does to locks, seen from outside and from within. Paths are the function's own: parameters by
// number.
#ifndef GILRAY_FLOW_LOCKSUMMARY_H
#define GILRAY_FLOW_LOCKSUMMARY_H

#include "flow/LockState.h"
#include <string>
#include <vector>

namespace gilray::flow {

/// What holds at an event, before it.
struct LockPoint {
  std::vector<HeldLock> Must, May;      ///< taken in this function or by its callees; sorted by Lock
  llvm::SmallVector<PathId, 1> Dropped; ///< the caller's that may have been released
  uint8_t Threads = 0;                  ///< bit per Here
  Degree Disturbed = Degree::Never;     ///< the thread may have detached since the function's entry
  bool Reached = false;
  bool Uncertain = false; ///< something was not followed: say nothing about what is *not* held
  bool in(Here H) const { return Threads >> unsigned(H) & 1; }
};

/// One way to leave a function.
struct LockExit {
  llvm::SmallVector<HeldLock, 2> Held;  ///< taken here and kept
  llvm::SmallVector<PathId, 1> Dropped; ///< the caller's, released here
  Here Thread = Here::AsEntered;
  llvm::SmallVector<Here, 2> Ensures;
  uint8_t Released = 0;
  bool Uncertain = false;
  llvm::SmallVector<PathId, 2> Took; ///< taken on every path to this exit, perhaps released again
  enum Result : uint8_t { Any, Zero, NonZero, Const } Ret = Any;
  int64_t Int = 0;
  bool Exceptional = false;
  bool Guessed = false; ///< only if a foreign function throws
  EventRef At;

  /// Leaves locks and thread as they were.
  bool neutral() const {
    return Held.empty() && Dropped.empty() && Ensures.empty() && !Released && !Uncertain && Thread == Here::AsEntered;
  }
};

/// A lock that may be taken in the function or below it.
struct LockTaking {
  PathId Lock = 0;
  LockKind Kind = LockKind::None;
  bool Shared = false, Recursive = false;
  bool Tries = false;  ///< a try-lock: does not wait
  uint8_t Threads = 0; ///< bit per Here
  EventRef At;         ///< the lock call, or the call that leads to it
};

/// A possibility with its degree, and the first event that brings it.
struct LockReach {
  Degree Sure = Degree::Never;
  EventRef At;
  bool raise(Degree D, EventRef E) {
    if (D <= Sure)
      return false;
    Sure = D;
    At = E;
    return true;
  }
};

struct LockSummary {
  std::vector<LockExit> Exits; ///< none: does not return
  std::vector<LockTaking> MayTake;
  llvm::SmallVector<PathId, 1> GivesUp; ///< the caller's locks that are released at least for a while
  LockReach Detaches;                   ///< when entered attached: may give up the thread state
  LockReach RunsPython;
  EventRef Attaches;                      ///< when entered detached: attaches here
  llvm::SmallVector<BoundPlace, 1> Binds; ///< of constructors: pointer members and what they point to afterwards
  uint32_t EscapeParams = 0;              ///< parameters that may be stored where other threads find them
  bool ReturnsFresh = false;              ///< returns an object that nobody else knows of yet
  bool Neutral = true;                    ///< every exit is neutral
  std::string Incomplete;                 ///< why nothing is known, empty when all is
};

enum class LockFactKind : uint8_t {
  Leak,               ///< still held at this exit, although another exit has released it
  DoubleLock,         ///< taken again on a path that holds it
  TakenHere,          ///< a lock that is waited for; Threads says whether the thread is attached meanwhile
  AttachWhileHolding, ///< the thread attaches, or may detach and attach again (Sure), while it holds the lock
  PythonWhileHolding, ///< arbitrary Python code may run (Sure) while the lock is held
  SectionLeft,        ///< the function is left inside a critical section that it entered
  SectionBroken,      ///< the section is given up (Sure) and taken again in between
  SectionUnmatched,   ///< the end of a section that was not begun
  Ordered,            ///< the lock Second is waited for while Lock is held
};

/// A fact, never an accusation: rules decide what it means.
struct LockEventFact {
  LockFactKind Kind = LockFactKind::TakenHere;
  EventRef At;
  HeldLock Lock; ///< Lock.At: where it was taken
  Degree Sure = Degree::Certain;
  uint8_t Threads = 0; ///< bit per Here
  EventRef Other;      ///< Leak: the exit that has released it; else the event below At that does it
  bool Handed = false; ///< Leak: some function releases such a lock for its caller, so that it may be a wrapper
  PathId Second = 0;   ///< Ordered
};

} // namespace gilray::flow

#endif
