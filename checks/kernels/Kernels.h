// Candidates for a measurement: functions that release the thread state, and those that a check of the group `release`
// says should. For each, how Python code reaches it and what it does attached and detached, as far as the source tells.
// `gilray check --kernels` writes them, the probe reads them.
#ifndef GILRAY_KERNELS_KERNELS_H
#define GILRAY_KERNELS_KERNELS_H

#include "core/Finding.h"
#include "flow/Results.h"
#include "link/PythonNames.h"

namespace gilray::kernels {

/// How Python code calls a function that reaches the kernel.
struct Callable {
  link::CallableKind Kind = link::CallableKind::Function;
  std::string Module, Type, Name, Qualified, Convention;
  std::string Function;  ///< the C function that Python calls
  unsigned Distance = 0; ///< calls between it and the kernel's function
  Place Where;           ///< table entry
};

/// A place where the function gives up the thread state, or takes it back.
struct Change {
  bool Detaches = false;
  std::string By; ///< "PyEval_SaveThread", "py::gil_scoped_release", "my_begin_threads"
  Place Where;
};

enum class Held : uint8_t { Attached, Detached, Both, Unknown };

struct Loop {
  Place Where;
  std::string Bound; ///< as people would write it; empty: not known
  unsigned Depth = 1;
  Held State = Held::Attached;
  unsigned ApiCalls = 0, ForeignCalls = 0, Work = 0; ///< in the body, calls of inner loops included
};

/// A call that the thread is attached at.
struct AttachedCall {
  std::string Name;
  Place Where;
  unsigned LoopDepth = 0;
  std::string Why; ///< of blocking calls
};

/// Owns its data.
struct Kernel {
  std::string Function, Module;
  Place Where; ///< the function's name
  unsigned EndLine = 0;
  std::vector<Callable> Callables; ///< nearest first
  std::vector<Change> Changes;     ///< in the order of their places
  /// The part of the work that is done attached: a guess from the code alone. Every event counts, more so in loops;
  /// blocking calls count most.
  double AttachedShare = 1;
  std::vector<Loop> Loops;
  std::vector<AttachedCall> Api, Allocations, Blocking;
  std::vector<std::string> Fingerprints; ///< findings in it that isMeasured(); filled by the driver
};

/// Can a probe show what the check claims? Time that the GIL is held for (group `release`), and deadlocks (`locks`).
bool isMeasured(const CheckInfo &Check);

/// Findings: those that are measured make candidates, whether or not they are shown.
std::vector<Kernel> gather(const flow::Results &R, const link::Modules &M, llvm::ArrayRef<Finding> Findings);

/// "method", "static-method", ...
llvm::StringRef kindName(link::CallableKind K);
/// "attached", ...
llvm::StringRef heldName(Held H);

} // namespace gilray::kernels

#endif
