// See Hooks.h: the functions that stand in for those of CPython and pthread.
#include "harness/Hooks.h"
#include "harness/Clock.h"
#include "harness/Patch.h"
#include "harness/SharedMemory.h"
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <pthread.h>
#include <semaphore.h>
#include <unistd.h>

namespace gilray::harness {

thread_local ThreadHooks *CurrentHooks = nullptr;

const char *doingName(Doing D) {
  constexpr const char *Names[] = {"idle", "attached", "released", "waits-for-gil", "waits-for-lock"};
  return Names[int(D)];
}

void ThreadHooks::reset() {
  Sums = {};
  LockWaited = LockWaitSince = 0;
  for (Site &S : Sites)
    S = {};
  Skip = 0;
  Timing = false;
}

namespace {

/// The state of a hook's wrapper: the real function.
struct Real {
  void *(*SaveThread)();
  void (*RestoreThread)(void *);
  int (*Ensure)();
  void (*Release)(int);
  void *(*EnsureView)(void *);
  void (*ReleaseView)(void *);
  void (*AcquireThread)(void *);
  void (*ReleaseThread)(void *);
  int (*MutexLock)(pthread_mutex_t *);
  int (*ReadLock)(pthread_rwlock_t *);
  int (*WriteLock)(pthread_rwlock_t *);
  int (*SpinLock)(pthread_spinlock_t *);
  int (*AcquireLock)(void *, int);
  int (*AcquireLockTimed)(void *, long long, int);
  void (*PyMutexLock)(void *);
  void (*CriticalBegin)(void *, void *);
  void (*CriticalBegin2)(void *, void *, void *);
  int (*ShmOpen)(const char *, int, mode_t);
} R;

int siteOf(ThreadHooks &H, uintptr_t Address) {
  int I = 0;
  while (I < ThreadHooks::MaxSites - 1 && H.Sites[I].Address && H.Sites[I].Address != Address)
    ++I;
  H.Sites[I].Address = Address; // the last one collects what did not fit
  return I;
}

/// Number of rounds until the next timed one. Random, so that a kernel's own rhythm is not met again and again.
int64_t drawSkip(ThreadHooks &H) {
  if (H.Every <= 1)
    return 0;
  double U = ((nextRandom(H.Random) >> 11) + 1) * 0x1p-53;
  return static_cast<int64_t>(-std::log(U) * (H.Every - 1));
}

void detached(ThreadHooks &H, void *Caller) {
  H.say(Doing::Released);
  ++H.Sums.Releases;
  H.CurrentSite = siteOf(H, reinterpret_cast<uintptr_t>(Caller));
  ++H.Sites[H.CurrentSite].Count;
  if (H.Skip-- > 0)
    return;
  H.Skip = drawSkip(H);
  H.Timing = true;
  H.WallAt = now();
  if (H.Cpu)
    H.CpuAt = threadCpu();
}

/// Ends the released region before the wait for the GIL begins. Returns when it began, or 0 for an untimed round.
int64_t attaches(ThreadHooks &H) {
  int64_t At = 0;
  if (H.Timing) {
    H.Timing = false;
    if (H.Cpu)
      H.Sums.ReleasedCpu += threadCpu() - H.CpuAt;
    At = now();
    Site &S = H.Sites[H.CurrentSite];
    S.Wall += At - H.WallAt;
    ++S.Timed;
    H.Sums.ReleasedWall += At - H.WallAt;
    ++H.Sums.Timed;
  }
  H.say(Doing::WaitsForGil);
  return At;
}

void attached(ThreadHooks &H, int64_t Began) {
  if (Began)
    H.Sums.AttachWait += now() - Began;
  H.say(Doing::Attached);
}

bool isReleased(const ThreadHooks &H) { return H.State.load(std::memory_order_relaxed) == int(Doing::Released); }

void *hookSaveThread() {
  void *State = R.SaveThread();
  if (ThreadHooks *H = CurrentHooks)
    detached(*H, __builtin_return_address(0));
  return State;
}

template <void (*Real::*Function)(void *)> void hookAttach(void *State) {
  ThreadHooks *H = CurrentHooks;
  if (!H)
    return (R.*Function)(State);
  int64_t Began = attaches(*H);
  (R.*Function)(State);
  attached(*H, Began);
}

void hookReleaseThread(void *State) {
  R.ReleaseThread(State);
  if (ThreadHooks *H = CurrentHooks)
    detached(*H, __builtin_return_address(0));
}

// A callback from a released region: attached in between, released again afterwards.
int hookEnsure() {
  ThreadHooks *H = CurrentHooks;
  if (!H || !isReleased(*H))
    return R.Ensure();
  int64_t Began = attaches(*H);
  int Result = R.Ensure();
  attached(*H, Began);
  return Result;
}

void hookRelease(int Before) {
  R.Release(Before);
  constexpr int WasReleased = 1; // PyGILState_UNLOCKED
  if (ThreadHooks *H = CurrentHooks; H && Before == WasReleased)
    detached(*H, __builtin_return_address(0));
}

void *hookEnsureView(void *View) {
  ThreadHooks *H = CurrentHooks;
  if (!H || !isReleased(*H))
    return R.EnsureView(View);
  int64_t Began = attaches(*H);
  void *Result = R.EnsureView(View);
  attached(*H, Began);
  H->View = Result;
  return Result;
}

void hookReleaseView(void *View) {
  R.ReleaseView(View);
  ThreadHooks *H = CurrentHooks;
  if (!H || !View || View != H->View)
    return;
  H->View = nullptr;
  detached(*H, __builtin_return_address(0));
}

/// Takes a lock that others hold, and says how long that took.
template <typename Take> auto timedLock(ThreadHooks &H, Take Function) {
  int Before = H.State.load(std::memory_order_relaxed);
  H.say(Doing::WaitsForLock);
  int64_t Began = now();
  H.LockWaitSince.store(Began, std::memory_order_relaxed);
  auto Result = Function();
  int64_t Waited = now() - Began;
  H.LockWaitSince.store(0, std::memory_order_relaxed);
  H.waited(Waited);
  ++H.Sums.Contended;
  if (Before == int(Doing::Attached))
    H.Sums.LockWaitAttached += Waited;
  H.State.store(Before, std::memory_order_relaxed);
  return Result;
}

int hookMutexLock(pthread_mutex_t *M) {
  ThreadHooks *H = CurrentHooks;
  if (!H)
    return R.MutexLock(M);
  ++H->Sums.Locks;
  if (pthread_mutex_trylock(M) == 0)
    return 0;
  return timedLock(*H, [&] { return R.MutexLock(M); });
}

int hookReadLock(pthread_rwlock_t *L) {
  ThreadHooks *H = CurrentHooks;
  if (!H)
    return R.ReadLock(L);
  ++H->Sums.Locks;
  if (pthread_rwlock_tryrdlock(L) == 0)
    return 0;
  return timedLock(*H, [&] { return R.ReadLock(L); });
}

int hookWriteLock(pthread_rwlock_t *L) {
  ThreadHooks *H = CurrentHooks;
  if (!H)
    return R.WriteLock(L);
  ++H->Sums.Locks;
  if (pthread_rwlock_trywrlock(L) == 0)
    return 0;
  return timedLock(*H, [&] { return R.WriteLock(L); });
}

int hookSpinLock(pthread_spinlock_t *L) {
  ThreadHooks *H = CurrentHooks;
  if (!H)
    return R.SpinLock(L);
  ++H->Sums.Locks;
  if (pthread_spin_trylock(L) == 0)
    return 0;
  return timedLock(*H, [&] { return R.SpinLock(L); });
}

int hookAcquireLock(void *Lock, int Wait) {
  ThreadHooks *H = CurrentHooks;
  if (!H || !Wait)
    return R.AcquireLock(Lock, Wait);
  ++H->Sums.Locks;
  if (R.AcquireLock(Lock, 0))
    return 1;
  return timedLock(*H, [&] { return R.AcquireLock(Lock, Wait); });
}

int hookAcquireLockTimed(void *Lock, long long Microseconds, int Interruptible) {
  ThreadHooks *H = CurrentHooks;
  if (!H || Microseconds == 0)
    return R.AcquireLockTimed(Lock, Microseconds, Interruptible);
  ++H->Sums.Locks;
  if (R.AcquireLockTimed(Lock, 0, 0) == 1)
    return 1;
  return timedLock(*H, [&] { return R.AcquireLockTimed(Lock, Microseconds, Interruptible); });
}

// PyMutex and critical sections have no "try" that every version exports: what takes longer than an uncontended one
// ever does was a wait. One in eight is looked at, since they may be as short as reading the clock.
template <typename Take> void sampledLock(ThreadHooks &H, Take Function) {
  constexpr int OneIn = 8;
  constexpr int64_t Uncontended = 400;
  if (++H.Sums.Locks % OneIn)
    return Function();
  int64_t Began = now();
  Function();
  if (int64_t Waited = now() - Began; Waited > Uncontended) {
    H.Sums.Contended += OneIn;
    H.waited(Waited * OneIn);
  }
}

void hookPyMutexLock(void *M) {
  ThreadHooks *H = CurrentHooks;
  // Callers have tried without waiting before they come here: each call is a wait.
  if (!H)
    return R.PyMutexLock(M);
  ++H->Sums.Locks;
  timedLock(*H, [&] { return R.PyMutexLock(M), 0; });
}

void hookCriticalBegin(void *Section, void *O) {
  if (ThreadHooks *H = CurrentHooks)
    return sampledLock(*H, [&] { R.CriticalBegin(Section, O); });
  R.CriticalBegin(Section, O);
}

void hookCriticalBegin2(void *Section, void *A, void *B) {
  if (ThreadHooks *H = CurrentHooks)
    return sampledLock(*H, [&] { R.CriticalBegin2(Section, A, B); });
  R.CriticalBegin2(Section, A, B);
}

/// Shared memory outlives its process: the driver is told the names, and unlinks what is still there in the end.
int hookShmOpen(const char *Name, int Flags, mode_t Mode) {
  int Result = R.ShmOpen(Name, Flags, Mode);
  const char *Folder = getenv("TMPDIR");
  if (Result < 0 || !(Flags & O_CREAT) || !Folder || strchr(Name, '\n'))
    return Result;
  std::string Path = std::string(Folder) + "/" + SharedMemoryList, Line = std::string(Name) + "\n";
  if (int File = open(Path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600); File >= 0) {
    (void)!write(File, Line.data(), Line.size());
    close(File);
  }
  return Result;
}

template <typename T> void **slotOf(T &Function) { return reinterpret_cast<void **>(&Function); }
template <typename T> void *address(T *Function) { return reinterpret_cast<void *>(Function); }

} // namespace

std::vector<Replacement> replacements() {
  return {
      {"PyEval_SaveThread", address(hookSaveThread), slotOf(R.SaveThread)},
      {"PyEval_RestoreThread", address(hookAttach<&Real::RestoreThread>), slotOf(R.RestoreThread)},
      {"PyEval_AcquireThread", address(hookAttach<&Real::AcquireThread>), slotOf(R.AcquireThread)},
      {"PyEval_ReleaseThread", address(hookReleaseThread), slotOf(R.ReleaseThread)},
      {"PyGILState_Ensure", address(hookEnsure), slotOf(R.Ensure)},
      {"PyGILState_Release", address(hookRelease), slotOf(R.Release)},
      {"PyThreadState_Ensure", address(hookEnsureView), slotOf(R.EnsureView)},
      {"PyThreadState_Release", address(hookReleaseView), slotOf(R.ReleaseView)},
      {"pthread_mutex_lock", address(hookMutexLock), slotOf(R.MutexLock)},
      {"pthread_rwlock_rdlock", address(hookReadLock), slotOf(R.ReadLock)},
      {"pthread_rwlock_wrlock", address(hookWriteLock), slotOf(R.WriteLock)},
      {"pthread_spin_lock", address(hookSpinLock), slotOf(R.SpinLock)},
      {"PyThread_acquire_lock", address(hookAcquireLock), slotOf(R.AcquireLock)},
      {"PyThread_acquire_lock_timed", address(hookAcquireLockTimed), slotOf(R.AcquireLockTimed)},
      {"PyMutex_Lock", address(hookPyMutexLock), slotOf(R.PyMutexLock)},
      {"PyCriticalSection_Begin", address(hookCriticalBegin), slotOf(R.CriticalBegin)},
      {"PyCriticalSection2_Begin", address(hookCriticalBegin2), slotOf(R.CriticalBegin2)},
      {"shm_open", address(hookShmOpen), slotOf(R.ShmOpen)},
  };
}

} // namespace gilray::harness
