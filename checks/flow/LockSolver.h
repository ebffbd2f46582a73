// Lock states of one function: a worklist over its blocks, then one pass over the fixed point that writes down what
// holds at each event; for blocks before the first loop when the worklist comes to them, since nothing can change any
// more what reaches them. Callees are summaries.
#ifndef GILRAY_FLOW_LOCKSOLVER_H
#define GILRAY_FLOW_LOCKSOLVER_H

#include "flow/LockEvents.h"
#include "flow/LockSummary.h"
#include <map>
#include <optional>

namespace gilray::flow {

/// Explicit limits; exceeding one makes the function incomplete.
struct LockBudget {
  unsigned StatesPerPoint = 8, Exits = 8, Facts = 24, Takings = 32, Visits = 64, Rounds = 4, Contexts = 12;
};

class LockSolver {
public:
  LockSolver(const link::Program &P, const FunctionInfos &Infos, LockPaths &Paths, const LockEvents &Events,
             const std::vector<LockSummary> &Summaries, const LockBudget &Limits, FnId F);
  /// Does the function, or something it calls, change what is held or whether the thread is attached?
  bool matters() const;
  void run();
  /// Without states: only what callees may do.
  void skim();

  LockSummary Summary;
  PerEvent<LockPoint> Points; ///< the last one of a block is its end
  std::vector<LockEventFact> Facts;

private:
  using States = llvm::SmallVector<LockState, 2>;

  // LockSolver.cpp
  void propagate(ir::BlockId To, LockState &&S);
  void settle(ir::BlockId AtOnce);
  void record(ir::BlockId B);
  void visit(ir::BlockId B);
  void terminate(ir::BlockId B, States &Cur);
  void exit(const LockState &S, ir::ValueId Ret, bool Exceptional);
  void merge(States &Into, LockState S);
  void note(LockPoint &To, const LockState &S) const;
  void finish();
  void leaks();
  void incomplete(llvm::StringRef Why);

  // LockTransfer.cpp and, for calls of functions with bodies, LockCalls.cpp
  void event(const ir::Event &E, States &Cur);
  bool isSkipped(const LockState &S, const ir::Event &E, const link::Target &T) const;
  void disturb(LockState &S, const ir::Event &E, const link::Target &T);
  void ask(LockState &S, const ir::Event &E, const link::Target &T) const;
  void act(const ir::Event &E, const LockAction &A, LockState S, States &Out);
  void begin(LockState &S, const LockAction &A, PathId Lock, PathId Guard = 0);
  void attempt(const ir::Event &E, const LockAction &A, llvm::ArrayRef<PathId> Locks, PathId Guard, LockState S,
               States &Out);
  void endGuard(LockState &S, PathId Guard);
  void releaseLock(LockState &S, PathId Lock);
  void leaveSection(LockState &S, PathId Guard);
  void threadEffect(LockState &S, const ir::Event &E, api::Effect Does);
  void interruptions(LockState &S, Degree Detach, Degree Runs, llvm::ArrayRef<PathId> Except, EventRef Below,
                     bool ComesBack = true);
  void call(const LockState &S, const ir::Event &E, FnId G, bool Only, States &Out);
  void take(const LockTaking &T, const LockState &S);
  void bind();
  PathId resolve(const LockState &S, PathId Lock);
  const Renamings &renaming(const ir::Event &E, FnId G);
  void fact(LockFactKind K, const HeldLock &L, const LockState &S, Degree Sure, EventRef Other = {}, PathId Second = 0);
  void ordered(const LockState &S, const LockTaking &Next, llvm::ArrayRef<PathId> Except, EventRef Below);

  // LockConditions.cpp
  std::optional<bool> evaluate(const LockState &S, ir::ValueId V, unsigned Depth = 0) const;
  bool refine(LockState &S, ir::ValueId V, bool Truth, unsigned Depth = 0) const;
  void learn(LockState &S, ir::ValueId V, LockFact::Sort K, int64_t Int = 0, ir::ValueId Other = 0) const;
  void assign(LockState &S, const ir::Event &E) const;
  void written(LockState &S, ir::ValueId Place) const;
  void clobber(LockState &S, const ir::Event &E, llvm::ArrayRef<FnId> Callees) const;
  std::optional<int64_t> number(const LockState &S, ir::ValueId V, unsigned Depth = 0) const;

  const link::Program &P;
  const FunctionInfos &Infos;
  LockPaths &Paths;
  const LockEvents &Events;
  const std::vector<LockSummary> &Summaries;
  const LockBudget &Limits;
  const FnId Id;
  const ir::Function &F;
  const FunctionInfo &Info;

  std::vector<States> In;
  std::vector<unsigned> Visits;
  std::vector<bool> Queued;
  std::vector<ir::BlockId> Work;
  std::map<std::tuple<ir::BlockId, uint32_t, FnId>, Renamings> Known;
  bool Recording = false; ///< what reaches the point is final: what is seen here counts
  bool Settled = false;   ///< the fixed point is reached: where control goes on is known
  EventRef At;
};

} // namespace gilray::flow

#endif
