// A guess at how the work of a function divides into attached and detached, from the code alone.
#ifndef GILRAY_KERNELS_WORK_H
#define GILRAY_KERNELS_WORK_H

#include "flow/Results.h"

namespace gilray::kernels {

using link::FnId;

struct Work {
  double Attached = 0, Detached = 0;
  double all() const { return Attached + Detached; }
};

class WorkGuess {
public:
  explicit WorkGuess(const flow::Results &R) : R(R), P(R.program()) {}
  /// Of one call of F, callees included.
  Work of(FnId F);
  const flow::Results::ThreadMap &threads(FnId F);

private:
  struct Entry {
    Work Guess;
    bool Running = false;
  };
  double ownWeight(FnId F, const ir::Event &E, const link::Target &T) const;

  const flow::Results &R;
  const link::Program &P;
  std::map<FnId, Entry> Known;
  std::map<FnId, flow::Results::ThreadMap> Threads;
};

/// How many loops a block is in, calls of the function itself aside.
unsigned loopDepth(const ir::Function &F, ir::BlockId B);

/// What a mask of thread states comes down to; Attached counts only without Detached.
inline bool onlyAttached(uint8_t Threads) { return Threads == 1u << unsigned(flow::Thread::Attached); }
inline bool isAttached(uint8_t Threads) { return Threads & 1u << unsigned(flow::Thread::Attached); }
inline bool isDetached(uint8_t Threads) {
  return Threads & (1u << unsigned(flow::Thread::Detached) | 1u << unsigned(flow::Thread::NoState));
}

} // namespace gilray::kernels

#endif
