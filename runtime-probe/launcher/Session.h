// A kernel's workers under one interpreter and strategy: one process with many, or many processes with one each.
#ifndef GILRAY_PROBE_LAUNCHER_SESSION_H
#define GILRAY_PROBE_LAUNCHER_SESSION_H

#include "launcher/Interpreters.h"
#include "llvm/Support/JSON.h"

namespace gilray::probe {

/// The Python code of the loop: the call stands in it as written, so that it costs what it costs users.
std::string loopCode(const KernelSpec &K);

struct MeasureOptions {
  unsigned Workers = 1, Batch = 1;
  double Window = 0.12;
  bool Cpu = false;       ///< read CPU clocks at releases
  unsigned Every = 1;     ///< time one release in so many
  unsigned GilMicros = 0; ///< mean distance of looks at the GIL; 0: none
  unsigned PcMicros = 0;  ///< processor time between samples of the code address; 0: none
  bool Hooks = true;      ///< false: hooks pass calls on and record nothing
};

class Session {
public:
  /// Starts MaxWorkers workers. Import facts are filled in either case; null with F when something failed.
  static std::unique_ptr<Session> start(const KernelSpec &K, const InterpreterSpec &I, Strategy S, Share Sharing,
                                        unsigned MaxWorkers, const LaunchContext &C, ImportFacts &Import, Failure &F);

  /// One window. Raw: the replies, for what Run does not hold.
  std::optional<Run> measure(const MeasureOptions &O, Failure &F, std::vector<llvm::json::Object> *Raw = nullptr);

  /// Lets the workers go and the processes end; says in Note what was left behind or went wrong on the way.
  void finish(std::string &Note);

  bool hasGil() const { return HasGil; }
  double startSeconds() const { return StartSeconds; }
  double memoryPerWorker() const { return MemoryPerWorker; }
  double clockSeconds() const { return ClockSeconds; }
  /// Objects whose calls are seen: path -> hooked functions.
  const std::map<std::string, std::vector<std::string>> &hooked() const { return Hooked; }
  const std::vector<std::string> &extensions() const { return Extensions; }

private:
  std::vector<std::unique_ptr<Child>> Children;
  bool Spread = false; ///< one worker per process
  double Timeout = 20;
  bool HasGil = true;
  double ClockSeconds = 0, StartSeconds = 0, MemoryPerWorker = 0;
  std::map<std::string, std::vector<std::string>> Hooked;
  std::vector<std::string> Extensions;

  bool begin(Child &C, const KernelSpec &K, Strategy S, Share Sharing, unsigned Workers, const LaunchContext &L,
             ImportFacts &Import, Failure &F);
  std::optional<llvm::json::Object> ask(Child &C, const llvm::Twine &Command, double Seconds, Failure &F);
  std::optional<llvm::json::Object> answer(Child &C, double Seconds, Failure &F);
};

} // namespace gilray::probe

#endif
