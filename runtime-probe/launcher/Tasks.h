// What /proc says about processes and their threads.
#ifndef GILRAY_PROBE_LAUNCHER_TASKS_H
#define GILRAY_PROBE_LAUNCHER_TASKS_H

#include "llvm/ADT/StringRef.h"
#include <cstdint>
#include <sys/types.h>
#include <vector>

namespace gilray::probe {

uint64_t residentBytes(pid_t Pid);
/// What the process uses, and its share of what it shares with others. Slower: the kernel goes through all its pages.
uint64_t proportionalBytes(pid_t Pid);

/// Time that a thread of the process wanted a processor and had none: of the one that has waited longest.
double runDelay(pid_t Pid);

struct TaskActivity {
  unsigned Threads = 0, Busy = 0; ///< Busy: used processor time while watched
};
TaskActivity watchTasks(pid_t Pid, double Seconds);

/// Living processes of a session without its leader.
unsigned othersOfSession(pid_t Leader);

/// Orphans that were handed to us (see adoptOrphans): children of ours that lead no session we know of. They are ended
/// and reaped. Returns how many there were.
unsigned endOrphans();

/// Unlinks the shared memory that the harness wrote down in Directory and that is still there; returns how much of it
/// there was.
unsigned unlinkSharedMemory(llvm::StringRef Directory);

/// Sessions of children that are alive on purpose.
void protectSession(pid_t Leader);
void releaseSession(pid_t Leader);

} // namespace gilray::probe

#endif
