// The solver of one node: a worklist over blocks, then one recording pass over the fixed point. Blocks before the first
// loop are recorded when the worklist comes to them: nothing can change any more what reaches them.
#ifndef GILRAY_FLOW_SOLVER_H
#define GILRAY_FLOW_SOLVER_H

#include "flow/Engine.h"
#include <optional>

namespace gilray::flow {

class Solver {
public:
  Solver(Engine &E, NodeId N);
  void run();

private:
  using States = llvm::SmallVector<State, 4>;

  /// A state at a block's entry, with the edge that first brought it.
  struct Entry {
    State S;
    ir::BlockId Pred = ir::NoBlock;
    uint32_t PredEntry = 0;
    unsigned Succ = 0;
    EventRef Raised; ///< clean-up chains: the event or throw that began them
    EventRef Jumped; ///< second returns of setjmp: the call that jumps there
  };

  // Solver.cpp
  void propagate(ir::BlockId To, const State &S, ir::BlockId From, uint32_t FromEntry, unsigned Succ,
                 EventRef Raised = {}, EventRef Jumped = {});
  void settle(ir::BlockId AtOnce);
  void record(ir::BlockId Point, uint32_t Entry);
  void branch(const State &S, const ir::Terminator &T, uint32_t Entry);
  ValueId savedState(ValueId Cond, bool &IsNull) const;
  bool isConditional(EventRef Change) const;
  bool asksForObjects(ValueId Cond, bool &Negated) const;
  bool attachesOnTheWay(ir::BlockId From, ir::BlockId To) const;
  bool unwinds(ir::BlockId B) const;
  EventRef raisedAt() const;
  EventRef chainStart() const;
  void visit(ir::BlockId Point, uint32_t Entry);
  void terminate(ir::BlockId B, uint32_t Entry, States &Cur);
  Exit &exit(const State &S, ir::ValueId Ret, bool Exceptional, EventRef At);
  static void addExit(std::vector<Exit> &To, Exit X);
  void judgeExits();
  bool othersDetach(const Exit &X) const;
  bool isMadeOf(ValueId V, llvm::ArrayRef<ValueId> From) const;
  bool diesHere(EventRef Made) const;
  ValueId handsOut(const Exit &X, EventRef Made) const;
  std::vector<Step> path(EventRef Origin) const;

  // Transfer.cpp: events
  void event(const ir::Event &E, States &Cur);
  static void mergeEqual(States &Cur);
  void assign(State &S, const ir::Event &E);
  void write(State &S, const ir::Event &E);
  void call(State S, const ir::Event &E, States &Out);
  bool changesThread(const Action &A, Thread Now);
  void actions(const State &S, const ir::Event &E, llvm::ArrayRef<Action> As, States &Out);
  void makes(const State &S, const ir::Event &E, llvm::ArrayRef<Action> As, States &Out);
  const api::TypeEntry *holdsOne(const ir::Event &E) const;
  bool assignsKnown(const State &S, const ir::Event &E, const ir::Callee *C) const;
  llvm::SmallVector<ValueId, 6> arguments(const State &S, const ir::Event &E) const;
  void callBodies(const State &S, const ir::Event &E, llvm::ArrayRef<FnId> Fns, llvm::ArrayRef<ValueId> Args,
                  States &Out);
  void applyExit(const State &S, const ir::Event &E, NodeId Callee, const Exit &X, llvm::ArrayRef<ValueId> Args,
                 States &Out);
  void follow(State &S, ValueId V);
  Fact factOf(const State &S, ValueId V) const;
  Fact counted(const State &S, ValueId Dst, ValueId Src) const;
  /// What a value is another name of: a temporary that std::move returned, a pointer that was set to an address.
  ValueId resolve(const State &S, ValueId V) const;
  bool fixedAddress(ValueId V) const;
  void killVar(State &S, ir::VarId V);
  void killTemp(State &S, uint32_t T);
  int64_t localRoot(ValueId V) const;
  void killNames(State &S, llvm::function_ref<bool(uint32_t)> Written, ValueId Dst, llvm::ArrayRef<ValueId> Args);
  bool isWrapper(FnId G) const;
  bool disagree(llvm::ArrayRef<FnId> Fns, Thread Now) const;
  static void keepMatching(const State &S, std::vector<Exit> &Exits);
  bool isSure(const ir::Event &E, llvm::ArrayRef<FnId> Fns) const;
  void objectWrite(const State &S, ValueId Dst);
  void outParameters(const State &S, const ir::Event &E, const ir::Callee &C, const api::Entry *A);
  bool isPythons(StringRef Record) const;
  ValueId fieldOfObject(ValueId Address) const;
  void killArguments(State &S, const ir::Event &E);
  void killExposed(State &S, const ir::Event &E);
  bool keepsThread(ValueId V, const Fact &K) const;
  void learnReturned(State &S, const ir::Event &Ev, FnId Callee, llvm::ArrayRef<ValueId> Args);
  void killWrites(State &S, FnId Callee, llvm::ArrayRef<ValueId> Args);

  // Effects.cpp: what the model says
  void api(State S, const ir::Event &E, const api::Entry &A, States &Out);
  void effect(State S, const ir::Event &E, api::Effect Does, ValueId Arg, const api::Entry *A, States &Out);
  void setThread(State &S, Thread T);
  bool neverEnsured(const State &S, ValueId V) const;
  bool isShared(ValueId V) const;
  bool storesIntoEmptySlot(const State &S, const ir::Event &E) const;
  void mergeEqualKeys(States &Cur) const;
  void needs(State &S, const ir::Event &E, const api::Entry *A, api::Weight W, StringRef Subject);
  void holder(State &S, const ir::Event &E, const Action &A);
  bool holderMethod(State &S, const ir::Event &E, const ir::Callee &C);

  void takesPlaces(State &S, const ir::Event &E, const api::Entry &A);
  void ownerMade(State &S, const ir::Event &E, const ir::Callee &C);
  bool givesUp(State &S, const ir::Event &E, const ir::Callee &C);

  // Jumps.cpp: setjmp and longjmp
  ir::BlockId blockOf(ir::BlockId Point) const;
  void jump(State S, ValueId Buffer);
  void jumpTo(unsigned Site, State S);
  void mayJump(const State &S, const ir::Event &E);
  void mayJumpInside(const State &S, const ir::Event &E, FnId Callee);
  bool passesHandle(const JumpSite &Site, const ir::Event &E) const;
  void giveUp(unsigned Site, std::string Why);
  void tellJumpSites();

  // Branches.cpp
  std::optional<bool> evaluate(const State &S, ValueId Cond, unsigned Depth = 0) const;
  bool refine(State &S, ValueId Cond, bool Truth, unsigned Depth = 0);
  bool refinePath(State &S, ValueId Path, bool Truth, unsigned Depth);

  Observation &observe(const State &S, Observed Kind);
  void incomplete(std::string Why);

  Engine &E;
  const link::Program &P;
  NodeId Id;
  NodeData &D;
  const ir::Function &F;
  const ir::Unit &U;
  FunctionInfo &Info;
  ValueTable &Values;

  /// States at the entry of each block, then at the second return of each setjmp.
  std::vector<llvm::SmallVector<Entry, 1>> In;
  std::vector<unsigned> Visits;
  std::vector<std::pair<ir::BlockId, uint32_t>> Dirty;
  bool Recording = false;      ///< what reaches the point is final: what is seen here counts
  bool Settled = false;        ///< the fixed point is reached: where control goes on is known
  std::set<EventRef> Undone;   ///< calls that change the state and bring it back, on one of their ways out
  std::set<EventRef> Released; ///< Ensure calls whose Release some path of this function reaches
  std::vector<Exit> Pending;   ///< exits met by the visit in progress, while recording
  std::vector<Exit> Fresh;     ///< those recorded so far
  Observation Discarded;
  Exit DiscardedExit;

  /// Of a setjmp: the states in which foreign functions may jump there, as bits; and why it is not followed.
  struct Jumpers {
    uint16_t States = 0;
    std::string Unknown;
  };
  std::vector<Jumpers> Sites;
  bool Again = false; ///< a setjmp turned out not to be followed

  // Where the solver is, for observations.
  EventRef At;
  ir::BlockId AtPoint = 0; ///< into In
  uint32_t AtEntry = 0;
};

} // namespace gilray::flow

#endif
