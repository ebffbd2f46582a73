// See Machine.h.
#include "launcher/Machine.h"
#include "launcher/Child.h"
#include "stats/Intervals.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/MemoryBuffer.h"
#include <atomic>
#include <condition_variable>
#include <ctime>
#include <map>
#include <mutex>
#include <sched.h>
#include <sys/utsname.h>
#include <thread>
#include <unistd.h>

namespace gilray::probe {

using namespace llvm;

static std::string slurp(const Twine &Path) {
  auto Buffer = MemoryBuffer::getFileAsStream(Path);
  return Buffer ? (*Buffer)->getBuffer().trim().str() : std::string();
}

double monotonicSeconds() {
  timespec T;
  clock_gettime(CLOCK_MONOTONIC, &T);
  return T.tv_sec + T.tv_nsec / 1e9;
}
static double threadSeconds() {
  timespec T;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &T);
  return T.tv_sec + T.tv_nsec / 1e9;
}

static double stolenSeconds() {
  SmallVector<StringRef, 16> Words;
  std::string Text = slurp("/proc/stat");
  StringRef(Text).split('\n').first.split(Words, ' ', -1, false);
  uint64_t Ticks = 0;
  if (Words.size() > 8)
    (void)Words[8].getAsInteger(10, Ticks);
  return double(Ticks) / sysconf(_SC_CLK_TCK);
}

/// Time for which this control group was stopped because its quota was used up.
static double throttledSeconds() {
  std::string Text = slurp("/sys/fs/cgroup/cpu.stat");
  auto At = StringRef(Text).find("throttled_usec ");
  uint64_t Micro = 0;
  if (At != StringRef::npos)
    (void)StringRef(Text).substr(At + 15).split('\n').first.getAsInteger(10, Micro);
  return Micro / 1e6;
}

static std::string cpuInfo(StringRef Key) {
  std::string Text = slurp("/proc/cpuinfo");
  for (StringRef Line : split(StringRef(Text), '\n'))
    if (Line.starts_with(Key))
      return Line.split(':').second.trim().str();
  return {};
}

Environment describeMachine() {
  Environment E;
  char Buffer[64];
  time_t Now = time(nullptr);
  strftime(Buffer, sizeof Buffer, "%Y-%m-%dT%H:%M:%SZ", gmtime(&Now));
  E.Started = Buffer;
  utsname Name;
  if (uname(&Name) == 0) {
    E.Host = Name.nodename;
    E.Kernel = std::string(Name.sysname) + " " + Name.release + " " + Name.machine;
  }
  E.CpuModel = cpuInfo("model name");
  E.Governor = slurp("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor");
  if ((" " + cpuInfo("flags") + " ").find(" hypervisor ") != std::string::npos) {
    E.Hypervisor = slurp("/sys/class/dmi/id/sys_vendor");
    if (E.Hypervisor.empty())
      E.Hypervisor = "yes";
  }
  E.Autogroup = slurp("/proc/sys/kernel/sched_autogroup_enabled") == "1";
  E.Cpus = sysconf(_SC_NPROCESSORS_ONLN);
  double Load[1];
  if (getloadavg(Load, 1) == 1)
    E.LoadAverage = Load[0];
  std::string Maximum = slurp("/sys/fs/cgroup/cpu.max");
  auto [Quota, Period] = StringRef(Maximum).split(' ');
  double Q = 0, P = 0;
  if (!Quota.getAsDouble(Q) && !Period.getAsDouble(P) && P > 0)
    E.CpuQuota = Q / P;
  E.Used = chooseCpus(E.CpuChoice);
  return E;
}

namespace {
struct CpuFacts {
  unsigned Cpu;
  std::string Package, Core, TopFrequency;
};
} // namespace

std::vector<unsigned> chooseCpus(std::string &Choice) {
  cpu_set_t Allowed;
  CPU_ZERO(&Allowed);
  sched_getaffinity(0, sizeof Allowed, &Allowed);
  std::vector<CpuFacts> All;
  std::map<std::string, unsigned> PerPackage;
  double Top = 0;
  auto Frequency = [](const CpuFacts &F) {
    double Value = 0;
    (void)StringRef(F.TopFrequency).getAsDouble(Value);
    return Value;
  };
  for (unsigned Cpu = 0; Cpu < CPU_SETSIZE; ++Cpu) {
    if (!CPU_ISSET(Cpu, &Allowed))
      continue;
    std::string Dir = "/sys/devices/system/cpu/cpu" + std::to_string(Cpu);
    CpuFacts F{Cpu, slurp(Dir + "/topology/physical_package_id"), slurp(Dir + "/topology/core_id"),
               slurp(Dir + "/cpufreq/cpuinfo_max_freq")};
    Top = std::max(Top, Frequency(F));
    All.push_back(F);
  }
  // Cores that are slower by more than 2 % are of another kind.
  llvm::erase_if(All, [&](const CpuFacts &F) { return Frequency(F) < Top * 0.98; });
  for (const CpuFacts &F : All)
    ++PerPackage[F.Package];
  std::string Best;
  for (auto &[Package, Count] : PerPackage)
    if (Best.empty() || Count > PerPackage[Best])
      Best = Package;
  std::vector<unsigned> Chosen;
  std::map<std::string, unsigned> Cores;
  unsigned Siblings = 0;
  for (const CpuFacts &F : All) {
    if (F.Package != Best)
      continue;
    if (!F.Core.empty() && Cores.count(F.Core)) {
      ++Siblings;
      continue;
    }
    Cores[F.Core.empty() ? std::to_string(F.Cpu) : F.Core] = F.Cpu;
    Chosen.push_back(F.Cpu);
  }
  Choice = std::to_string(Chosen.size()) + " of " + std::to_string(CPU_COUNT(&Allowed)) + " allowed processors";
  if (PerPackage.size() > 1)
    Choice += ", one socket of " + std::to_string(PerPackage.size());
  Choice +=
      Siblings ? ", distinct cores (" + std::to_string(Siblings) + " hyper-threads left out)" : ", distinct cores";
  Choice += Top > 0 ? formatv(", {0:f2} GHz at most", Top / 1e6).str() : ", frequency not told by the machine";
  return Chosen;
}

static void pin(unsigned Cpu) {
  cpu_set_t Set;
  CPU_ZERO(&Set);
  CPU_SET(Cpu, &Set);
  sched_setaffinity(0, sizeof Set, &Set); // of this thread
}

static uint64_t spin(uint64_t N, uint64_t X) {
  for (uint64_t I = 0; I < N; ++I) {
    X ^= X << 13;
    X ^= X >> 7;
    X ^= X << 17;
    __asm__ volatile("" : "+r"(X));
  }
  return X;
}

namespace {
struct NativeResult {
  double OnCpu = 1, Work = 0;
};
} // namespace

/// One thread per processor runs Work until the time is over; it returns how much it did.
template <typename F>
static std::vector<NativeResult> runNative(const std::vector<unsigned> &Cpus, unsigned Threads, double Seconds,
                                           F Work) {
  std::vector<NativeResult> Results(Threads);
  std::vector<std::thread> All;
  double Begin = monotonicSeconds() + 0.002;
  for (unsigned I = 0; I < Threads; ++I)
    All.emplace_back([&, I] {
      pin(Cpus[I % Cpus.size()]);
      while (monotonicSeconds() < Begin)
        ;
      double Start = monotonicSeconds(), Cpu = threadSeconds(), End = Begin + Seconds, Now = Start;
      while (Now < End) {
        Results[I].Work += Work(I);
        Now = monotonicSeconds();
      }
      // Late starts count as time off the processor, too.
      Results[I].OnCpu = (threadSeconds() - Cpu) / (Now - Begin);
      Results[I].Work /= Now - Begin;
    });
  for (std::thread &T : All)
    T.join();
  return Results;
}

QuietCheck checkQuiet(const std::vector<unsigned> &Cpus, unsigned Threads, double Seconds) {
  QuietCheck Q;
  double Stolen = stolenSeconds(), Throttled = throttledSeconds();
  unsigned Count = std::max<unsigned>(1, std::min<unsigned>(Threads, Cpus.size()));
  auto Results = runNative(Cpus, Count, Seconds, [](unsigned) { return double(spin(2000, 1) & 1); });
  Q.LeastOnCpu = 1;
  for (const NativeResult &R : Results)
    Q.LeastOnCpu = std::min(Q.LeastOnCpu, R.OnCpu);
  Q.Steal = stolenSeconds() - Stolen;
  Q.Throttled = throttledSeconds() - Throttled;
  Q.Quiet = Q.LeastOnCpu >= 0.97 && Q.Steal == 0 && Q.Throttled == 0;
  return Q;
}

std::string whyNotQuiet(const QuietCheck &Q) {
  if (Q.Throttled > 0)
    return "the processor quota of this container was used up";
  if (Q.Steal > 0)
    return "the hypervisor gave processor time to others";
  return formatv("other processes used the processors: a native thread got {0:f0} % of its own", Q.LeastOnCpu * 100)
      .str();
}

Ceiling measureCeiling(const std::vector<unsigned> &Cpus, unsigned Workers, double Budget) {
  Ceiling C{Workers, 0, 0};
  constexpr size_t Doubles = 1 << 21; // 16 MiB per array: beyond the caches
  std::vector<std::vector<double>> A(Workers, std::vector<double>(Doubles, 1)), B = A;
  auto Spin = [](unsigned) { return spin(20000, 1) ? 1.0 : 0.5; };
  auto Stream = [&](unsigned I) {
    for (size_t K = 0; K < Doubles; ++K)
      A[I][K] = B[I][K] + 1.0001 * A[I][K];
    return 1.0;
  };
  auto Sum = [](const std::vector<NativeResult> &R) {
    double Total = 0;
    for (const NativeResult &One : R)
      Total += One.Work;
    return Total;
  };
  std::vector<double> SpinRatios, StreamRatios;
  double End = monotonicSeconds() + Budget;
  while (SpinRatios.size() < 3 && monotonicSeconds() < End && !InterruptGuard::interrupted()) {
    if (!checkQuiet(Cpus, Workers).Quiet)
      continue;
    double One = Sum(runNative(Cpus, 1, 0.06, Spin)), Many = Sum(runNative(Cpus, Workers, 0.06, Spin));
    double OneStream = Sum(runNative(Cpus, 1, 0.1, Stream)), ManyStream = Sum(runNative(Cpus, Workers, 0.1, Stream));
    if (!checkQuiet(Cpus, Workers).Quiet)
      continue;
    SpinRatios.push_back(Many / One);
    StreamRatios.push_back(ManyStream / OneStream);
  }
  if (!SpinRatios.empty()) {
    C.Spin = stats::median(SpinRatios);
    C.Stream = stats::median(StreamRatios);
  }
  return C;
}

double measureHandOver(const std::vector<unsigned> &Cpus) {
  constexpr int Rounds = 400;
  std::mutex Mutex;
  std::condition_variable Changed;
  int Turn = 0;
  std::vector<double> Times;
  // On one processor a hand-over is a mere switch; between two the other has to be woken up.
  auto Play = [&](unsigned Cpu, int Mine) {
    pin(Cpu);
    std::unique_lock<std::mutex> Lock(Mutex);
    for (int I = 0; I < Rounds; ++I) {
      double Begin = monotonicSeconds();
      Changed.wait(Lock, [&] { return Turn == Mine; });
      if (Mine == 0 && I)
        Times.push_back((monotonicSeconds() - Begin) / 2); // there and back
      Turn = 1 - Mine;
      Changed.notify_one();
    }
  };
  std::thread Other(Play, Cpus.back(), 1), First(Play, Cpus.front(), 0);
  First.join();
  Other.join();
  // The lower quartile: on a busy machine most rounds wait for a processor, too.
  llvm::sort(Times);
  return stats::quantileOfSorted(Times, 0.25);
}

} // namespace gilray::probe
