// Seeing when a kernel gives up the GIL, waits for it, and waits for locks of its own: the entries of the extension
// modules' import tables (GOT) are pointed to functions of ours. Interposition by name would miss interpreters that are
// static executables: their own definitions win.
#ifndef GILRAY_PROBE_HARNESS_HOOKS_H
#define GILRAY_PROBE_HARNESS_HOOKS_H

#include "harness/Json.h"
#include <atomic>
#include <cstdint>
#include <string>
#include <vector>

namespace gilray::harness {

/// What a worker is doing, for samples and for the watchdog.
enum class Doing : int { Idle, Attached, Released, WaitsForGil, WaitsForLock };
const char *doingName(Doing D);

/// Sums of one thread. Times are nanoseconds of the rounds that were timed; Releases / Timed scales them up.
struct HookSums {
  int64_t ReleasedWall = 0, ReleasedCpu = 0, AttachWait = 0, LockWaitAttached = 0;
  int64_t Releases = 0, Timed = 0, Locks = 0, Contended = 0;
};

/// A call that releases the GIL, by return address.
struct Site {
  uintptr_t Address = 0;
  int64_t Count = 0, Timed = 0, Wall = 0;
};

struct ThreadHooks {
  static constexpr int MaxSites = 24;
  HookSums Sums;
  Site Sites[MaxSites];
  std::atomic<int> State{int(Doing::Idle)};
  bool Cpu = false; ///< read the CPU clock too: exact under load, but each reading costs a system call
  /// Waits for locks: those that are over, and when the one under way began (0: none). Read by others while this thread
  /// waits: a lock that is not fair keeps one worker waiting through whole windows, without a single call that ends.
  std::atomic<int64_t> LockWaited{0}, LockWaitSince{0};
  uint32_t Every = 1; ///< time one round in so many, on average
  uint64_t Random = 88172645463325252ull;

  void say(Doing D) { State.store(int(D), std::memory_order_relaxed); }
  void waited(int64_t Nanoseconds) {
    LockWaited.store(LockWaited.load(std::memory_order_relaxed) + Nanoseconds, std::memory_order_relaxed);
  }
  /// Of all waits for locks so far, that under way included.
  int64_t lockWaitAt(int64_t Now) const {
    int64_t Since = LockWaitSince.load(std::memory_order_relaxed), Over = LockWaited.load(std::memory_order_relaxed);
    return Over + (Since && Since < Now ? Now - Since : 0);
  }
  void reset();

  // Of the round that is under way.
  int64_t Skip = 0, WallAt = 0, CpuAt = 0;
  int CurrentSite = 0;
  bool Timing = false;
  void *View = nullptr; ///< what PyThreadState_Ensure gave when it attached from a released region
};

/// The hooks of this thread; null where nothing is to be recorded. Initial-exec: a signal handler reads it.
extern thread_local ThreadHooks *CurrentHooks __attribute__((tls_model("initial-exec")));

/// What one loaded object's import table had.
struct PatchedObject {
  std::string Path;
  uintptr_t Base = 0;
  std::vector<std::string> Names;
};

/// Patches what is not patched yet: after every import there may be new objects. Interpreter, C library and harness are
/// left alone. Returns all objects seen so far.
const std::vector<PatchedObject> &patchObjects();

} // namespace gilray::harness

#endif
