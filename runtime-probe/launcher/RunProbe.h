// A whole probe run: interpreters, ceilings, every kernel under every interpreter and strategy.
#ifndef GILRAY_PROBE_LAUNCHER_RUNPROBE_H
#define GILRAY_PROBE_LAUNCHER_RUNPROBE_H

#include "report/Model.h"
#include "spec/Spec.h"
#include "llvm/Support/raw_ostream.h"

namespace gilray::probe {

struct RunOptions {
  std::string Harness;
  std::string OnlyKernel;           ///< glob; empty: all
  std::optional<uint64_t> Seed;     ///< instead of the spec's
  std::optional<double> Budget;     ///< seconds per kernel
  bool StructureOnly = false;       ///< no blocks: what a machine of any load can tell
  bool Costs = true;                ///< of workers and of handing data over
  unsigned Replay = 0;              ///< threads; 0: none
  llvm::raw_ostream *Log = nullptr; ///< progress and remarks
  bool LogIsTerminal = false;
};

/// Never an error for what a kernel does; errors are for what keeps everything from being measured.
llvm::Expected<Report> runProbe(const Spec &S, const RunOptions &O);

} // namespace gilray::probe

#endif
