// One interpreter as a child process: started in a session of its own, spoken to over two pipes, watched, and never
// left behind.
#ifndef GILRAY_PROBE_LAUNCHER_CHILD_H
#define GILRAY_PROBE_LAUNCHER_CHILD_H

#include "report/Model.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/JSON.h"
#include <memory>
#include <optional>
#include <string>
#include <sys/types.h>
#include <vector>

namespace gilray::probe {

struct ChildOptions {
  std::vector<std::string> Command;     ///< program (found on PATH by the caller) and arguments
  std::vector<std::string> Environment; ///< NAME=VALUE
  std::string Directory;                ///< working directory
  std::vector<unsigned> Cpus;           ///< empty: wherever it likes
  uint64_t MemoryBytes = 2ull << 30;
  uint64_t OutputBytes = 1 << 20;
};

class Child {
public:
  /// Null and a text in Problem when the program could not be started.
  static std::unique_ptr<Child> start(const ChildOptions &O, std::string &Problem);
  ~Child();

  void send(llvm::StringRef Line);
  /// The next reply, or how the child failed: crashed, exited, silent beyond Seconds (deadlocked or hung), flooding its
  /// output, over its memory limit, or the user interrupted the run.
  std::optional<llvm::json::Object> receive(double Seconds, Failure &F);
  /// Says what a silent or stuck child is doing, ends it, and fills F. Stuck: the harness's own account, if it gave
  /// one.
  void diagnose(const llvm::json::Object *Stuck, bool HasGil, Failure &F);
  /// Ends the child and everything that it started. Returns how many processes it had left behind.
  unsigned end();

  const std::string &errors() const { return ErrorTail; }
  pid_t pid() const { return Pid; }

private:
  pid_t Pid = -1;
  int In = -1, Out = -1, StdOut = -1, StdErr = -1; ///< In: to the child
  uint64_t MemoryBytes = 0, OutputBytes = 0, OutputSeen = 0;
  std::string Replies, ErrorTail;
  int Status = 0;
  bool Reaped = false;

  bool drain(int &Descriptor, std::string *Into);
  bool reap(double Seconds);
  void explainEnd(Failure &F);
  std::vector<std::string> takeStack() const;
};

/// Ctrl-C and SIGTERM set a flag instead of ending the process, until the object dies.
class InterruptGuard {
public:
  InterruptGuard();
  ~InterruptGuard();
  static bool interrupted();
  /// For tests.
  static void set(bool On);
};

/// Orphans of our children become our children, so that they can be found and ended.
void adoptOrphans();

} // namespace gilray::probe

#endif
