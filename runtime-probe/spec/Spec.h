// What a probe run measures: interpreters, kernels, strategies, limits and expectations, as plain values.
#ifndef GILRAY_PROBE_SPEC_SPEC_H
#define GILRAY_PROBE_SPEC_SPEC_H

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace gilray::probe {

/// How workers run side by side.
enum class Strategy : uint8_t { Threads, SharedGil, OwnGil, Processes };
llvm::StringRef strategyName(Strategy S);
std::optional<Strategy> parseStrategy(llvm::StringRef Name);
constexpr Strategy AllStrategies[] = {Strategy::Threads, Strategy::SharedGil, Strategy::OwnGil, Strategy::Processes};

/// Whether each worker has objects of its own, or all call with the same ones.
enum class Share : uint8_t { Own, Args };
llvm::StringRef shareName(Share S);

struct InterpreterSpec {
  std::string Id, Python;
  std::optional<bool> Gil; ///< free-threaded builds: start with the GIL on or off
  unsigned Line = 0;
};

struct Comparison {
  bool AtMost = true; ///< <= or >=
  double Limit = 0;
};

struct Expectation {
  enum Kind : uint8_t { GilHeld, ReleasesPerCall, LockWait, Import, Speedup, Bound } What = GilHeld;
  std::string Text;        ///< as written: "threads@ft: 2 => speedup >= 1.7"
  std::string Interpreter; ///< Speedup; Import when the key is an interpreter
  std::optional<Strategy> How;
  enum ImportState : uint8_t { Accepted, Refused, KeepsGilOff } State = Accepted;
  unsigned Workers = 0; ///< Speedup, Bound
  Comparison Limit;
  unsigned Line = 0, Column = 0;
};

struct KernelSpec {
  std::string Name, Module;
  std::string Setup; ///< Python statements, run once per worker
  std::string Call;  ///< Python expression: one iteration
  double UnitsPerCall = 0;
  std::string Unit; ///< "bytes"
  std::vector<Share> Shares;
  std::vector<Strategy> Strategies;
  std::vector<unsigned> Workers; ///< 0 stands for as many as the machine has processors to measure with
  double TimeoutSeconds = 20, BudgetSeconds = 60;
  uint64_t MemoryBytes = 2ull << 30;
  std::vector<Expectation> Expect;
  unsigned Line = 0;
};

struct Spec {
  std::string Path, Directory;
  uint64_t Seed = 1;
  std::vector<std::string> PythonPath; ///< absolute; where the kernels' modules are found
  std::vector<std::string> PassEnv;    ///< names of environment variables that the interpreters get
  std::vector<InterpreterSpec> Interpreters;
  std::vector<KernelSpec> Kernels;
};

/// Errors name file, line and column, one per line.
llvm::Expected<Spec> parseSpec(llvm::StringRef Text, llvm::StringRef Path);
llvm::Expected<Spec> loadSpec(llvm::StringRef Path);

} // namespace gilray::probe

#endif
