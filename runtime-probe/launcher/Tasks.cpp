// See Tasks.h.
#include "launcher/Tasks.h"
#include "harness/SharedMemory.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include <algorithm>
#include <csignal>
#include <map>
#include <string>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

namespace gilray::probe {

using namespace llvm;

static std::string slurp(const Twine &Path) {
  // Not getFile with its size: files of /proc say that they have none.
  auto Buffer = MemoryBuffer::getFileAsStream(Path);
  return Buffer ? (*Buffer)->getBuffer().str() : std::string();
}

uint64_t residentBytes(pid_t Pid) {
  SmallVector<StringRef, 8> Words;
  std::string Text = slurp("/proc/" + Twine(Pid) + "/statm");
  StringRef(Text).split(Words, ' ');
  uint64_t Pages = 0;
  if (Words.size() < 2 || Words[1].getAsInteger(10, Pages))
    return 0;
  return Pages * sysconf(_SC_PAGESIZE);
}

uint64_t proportionalBytes(pid_t Pid) {
  std::string Text = slurp("/proc/" + Twine(Pid) + "/smaps_rollup");
  size_t At = StringRef(Text).find("\nPss:");
  uint64_t Kilobytes = 0;
  if (At == StringRef::npos || StringRef(Text).substr(At + 5).ltrim().split(' ').first.getAsInteger(10, Kilobytes))
    return residentBytes(Pid);
  return Kilobytes << 10;
}

namespace {
struct Stat {
  char State = '?';
  pid_t Parent = 0, Session = 0;
  uint64_t Ticks = 0;
};
} // namespace

/// The fields behind the command name, which may hold anything.
static Stat parseStat(StringRef Text) {
  Stat S;
  SmallVector<StringRef, 32> Words;
  Text.substr(Text.rfind(')') + 1).trim().split(Words, ' ');
  if (Words.size() < 14)
    return S;
  S.State = Words[0][0];
  uint64_t User = 0, System = 0;
  (void)Words[1].getAsInteger(10, S.Parent);
  (void)Words[3].getAsInteger(10, S.Session);
  (void)Words[11].getAsInteger(10, User);
  (void)Words[12].getAsInteger(10, System);
  S.Ticks = User + System;
  return S;
}

/// Calls Told with the number and the words of schedstat of each thread.
template <typename F> static void eachThread(pid_t Pid, F Told) {
  std::error_code EC;
  std::string Tasks = "/proc/" + std::to_string(Pid) + "/task";
  for (sys::fs::directory_iterator I(Tasks, EC), E; !EC && I != E; I.increment(EC)) {
    pid_t Tid = 0;
    if (StringRef(I->path()).rsplit('/').second.getAsInteger(10, Tid))
      continue;
    std::string Text = slurp(I->path() + "/schedstat");
    SmallVector<StringRef, 3> Words;
    StringRef(Text).trim().split(Words, ' ');
    Told(Tid, I->path(), Words);
  }
}

double runDelay(pid_t Pid) {
  uint64_t Most = 0;
  eachThread(Pid, [&](pid_t, StringRef, ArrayRef<StringRef> Words) {
    uint64_t Delay = 0;
    if (Words.size() == 3 && !Words[1].getAsInteger(10, Delay))
      Most = std::max(Most, Delay);
  });
  return Most / 1e9;
}

static std::map<pid_t, uint64_t> threadTimes(pid_t Pid) {
  std::map<pid_t, uint64_t> Times;
  eachThread(Pid, [&](pid_t Tid, StringRef Path, ArrayRef<StringRef> Words) {
    // schedstat counts nanoseconds; stat only ticks.
    uint64_t OnCpu = 0;
    if (Words.empty() || Words[0].getAsInteger(10, OnCpu))
      OnCpu = parseStat(slurp(Path + "/stat")).Ticks * 10'000'000;
    Times[Tid] = OnCpu;
  });
  return Times;
}

TaskActivity watchTasks(pid_t Pid, double Seconds) {
  auto Before = threadTimes(Pid);
  usleep(static_cast<useconds_t>(Seconds * 1e6));
  TaskActivity A;
  for (auto [Tid, Time] : threadTimes(Pid)) {
    ++A.Threads;
    // Who waits for the GIL wakes up every 5 ms to ask for it, and is asleep all the same. A busy one gets more than 3
    // % of a processor even where thirty others want it, too.
    A.Busy += Before.count(Tid) && double(Time - Before[Tid]) > Seconds * 1e9 * 0.03;
  }
  return A;
}

static std::vector<pid_t> Protected;
void protectSession(pid_t Leader) { Protected.push_back(Leader); }
void releaseSession(pid_t Leader) { std::erase(Protected, Leader); }

unsigned othersOfSession(pid_t Leader) {
  unsigned Count = 0;
  std::error_code EC;
  for (sys::fs::directory_iterator I("/proc", EC), E; !EC && I != E; I.increment(EC)) {
    pid_t Pid = 0;
    if (StringRef(I->path()).rsplit('/').second.getAsInteger(10, Pid) || Pid == Leader)
      continue;
    Stat S = parseStat(slurp(I->path() + "/stat"));
    Count += S.Session == Leader && S.State != 'Z';
  }
  return Count;
}

unsigned unlinkSharedMemory(StringRef Directory) {
  std::string List = (Directory + "/" + harness::SharedMemoryList).str(), Names = slurp(List);
  unsigned Count = 0;
  for (StringRef Name : split(StringRef(Names), '\n'))
    Count += !Name.empty() && shm_unlink(Name.str().c_str()) == 0;
  (void)sys::fs::remove(List);
  return Count;
}

unsigned endOrphans() {
  unsigned Count = 0;
  pid_t Self = getpid();
  // What an ended orphan had started comes to us in turn.
  for (int Round = 0; Round < 20; ++Round) {
    unsigned Found = 0;
    std::error_code EC;
    for (sys::fs::directory_iterator I("/proc", EC), E; !EC && I != E; I.increment(EC)) {
      pid_t Pid = 0;
      if (StringRef(I->path()).rsplit('/').second.getAsInteger(10, Pid))
        continue;
      Stat S = parseStat(slurp(I->path() + "/stat"));
      // Sessions of the driver's own and of living children are not orphans.
      if (S.Parent != Self || S.Session == getsid(0) || is_contained(Protected, S.Session))
        continue;
      kill(Pid, SIGKILL);
      waitpid(Pid, nullptr, 0);
      ++Found;
      Count += S.State != 'Z';
    }
    if (!Found)
      break;
  }
  return Count;
}

} // namespace gilray::probe
