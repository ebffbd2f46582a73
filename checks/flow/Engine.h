// The interprocedural engine: one node per (function, entry state, facts about its arguments), solved on demand and
// memoised. A node's exits are its summary: wrappers, guards and out-parameters are learnt, not configured.
#ifndef GILRAY_FLOW_ENGINE_H
#define GILRAY_FLOW_ENGINE_H

#include "core/Finding.h"
#include "flow/FunctionInfo.h"
#include "flow/State.h"
#include "flow/Watch.h"
#include <map>
#include <set>

namespace gilray::flow {

using NodeId = uint32_t;
inline constexpr NodeId NoNode = ~0u;

/// Why a body is not analysed; empty when it is.
StringRef whyNotJudged(ir::BodyState B);

/// Explicit limits; exceeding one makes the function incomplete.
struct Budget {
  unsigned KeysPerPoint = 8, StackDepth = 4, Contexts = 8, Rounds = 5, CallDepth = 400;
  unsigned VisitsPerBlock = 64;
};

/// A step of a witness.
struct Step {
  const ir::Unit *Unit = nullptr;
  ir::Loc Where;
  std::string Text;
  ThreadState After = ThreadState::Unknown; ///< as in Note
  FnId Called = link::NoFn;                 ///< the function that the step enters
};

/// Named as facts, never as accusations: rules decide what they mean.
enum class Observed : uint8_t {
  ApiWithoutThreadState, ///< Api needs an attached thread state; the thread has none
  ObjectWrite,           ///< store into a Python object's field, detached
  GlobalWrite,           ///< store into mutable static storage, detached
  SharedLibc,            ///< libc call with shared static state, detached
  ExitDetached,          ///< left while detached, entered attached
  ExitWithEnsure,        ///< left with an Ensure of this activation not released
  ReleaseUnmatched,      ///< Release without an Ensure of this activation; StateFact NonNull: perhaps of the caller's,
                         ///< Undef: of what no Ensure returned
  ReleaseOutOfOrder,
  DetachWhileDetached,
  AttachWhileAttached,
  BadThreadState, ///< State tells which: Null, Undef, Restored, Deleted
  NotAsyncSignalSafe,
  AttachFinalised, ///< attach or API use when the interpreter may be gone
  GilState,        ///< a PyGILState call
  DetachHere,      ///< every detach in a function with a role, for release-in-dealloc
};

struct Observation {
  Observed Kind = Observed::ApiWithoutThreadState;
  EventRef At;
  EventRef Origin; ///< since when; invalid: since entry
  Thread Now = Thread::Detached;
  const api::Entry *Api = nullptr;
  api::Weight Weight = api::Weight::Error;
  FactKind StateFact = FactKind::None;
  EventRef StateAt;                        ///< where the thread state was saved or given back
  std::string Subject;                     ///< a path or name for the message
  EventRef Raised;                         ///< in a clean-up chain: the throw or call that began it
  bool Secondary = false;                  ///< a consequence of an earlier observation on every path
  bool Exceptional = false, Jumps = false; ///< ExitDetached, ExitWithEnsure: left by an exception, by longjmp
  bool Element = false;                    ///< ObjectWrite: of the storage that the field points to, not of the field
  bool UnderLock = false;                  ///< ObjectWrite: a lock is held, on some path
  std::vector<Step> Path;                  ///< branches taken between Origin and At
};

struct CallEdge {
  EventRef At;
  NodeId To = NoNode;
  EventRef Origin;
  Thread Now = Thread::Attached;
  bool Secondary = false;
  std::vector<Step> Path;
  EventRef Raised; ///< in a clean-up chain: the throw or call that began it
};

/// A foreign call made while detached: it may run callbacks.
struct ForeignCall {
  EventRef At;
  Thread Now;
};

/// A way out of a function.
struct Departure {
  EventRef Origin, At;
  std::vector<Step> Path;
};

struct Exit {
  Key K;
  Valuation Visible; ///< facts of parameter-relative paths and globals, in the callee's values
  Fact Ret;
  EventRef Origin, At;
  bool Exceptional = false, Broken = false, Guessed = false, Faulted = false;
  bool Jumps = false; ///< by longjmp
  ValueId Buffer = 0; ///< where to; 0: not known
  bool Nested =
      false; ///< the last Ensure was made by a thread that was attached for sure: not releasing it keeps no lock
  bool HandsOut = false; ///< the last Ensure's cookie is where a function that is called later finds and releases it
  int8_t Locks = 0;
  std::vector<Step> Path;
  std::vector<Departure> Also; ///< other returns that leave in the same way
  bool returns() const { return !Exceptional && !Jumps; }
  bool leavesLike(const Exit &O) const {
    return Exceptional == O.Exceptional && Jumps == O.Jumps && Buffer == O.Buffer;
  }
};

struct NodeData {
  FnId Fn = link::NoFn;
  Thread Entry = Thread::Attached;
  Valuation Context;
  bool Locked = false;
  bool Own = false;   ///< entered from a region that the program itself released
  bool Vague = false; ///< stands in for contexts that were too many: what callers know is not known here
  enum { New, Running, Provisional, Done } Status = New;
  unsigned Depth = 0, LowLink = 0;
  bool Recursive = false;
  std::vector<Exit> Exits;
  std::vector<Observation> Seen;
  std::vector<CallEdge> Calls;
  std::vector<FnId> PlainCalls; ///< called attached, and not analysed because they do nothing in that state
  std::vector<ForeignCall> Foreign;
  std::vector<FnId> PlainDetached; ///< called detached, and not analysed because they do nothing but call others
  PerEvent<uint8_t> Threads;       ///< a bit per Thread in which the event is reached
  std::string Incomplete;          ///< why, empty when complete
  std::string Partly;              ///< judged, but for what is named here
};

class Engine {
public:
  Engine(const link::Program &P, Budget B = {}, Watch *W = nullptr);

  /// The node for a function entered in a state; solved. Core is the part of Context that decides about attaching and
  /// detaching: it stands in for the whole when a function has too many contexts.
  NodeId enter(FnId F, Thread Entry, const Valuation &Context = {}, bool Locked = false, bool Own = false,
               const Valuation *Core = nullptr);
  const NodeData &node(NodeId N) const { return *Nodes[N]; }
  size_t numNodes() const { return Nodes.size(); }
  FunctionInfos &infos() { return Infos; }
  const FunctionInfos &infos() const { return Infos; }
  const link::Program &program() const { return P; }
  const Budget &budget() const { return Limits; }
  Watch &watch() const { return Watched; }
  /// Would analysing F in this state show anything?
  bool matters(FnId F, Thread Entry) const;
  uint64_t Steps = 0;

private:
  friend class Solver;
  NodeId intern(FnId F, Thread Entry, const Valuation &Context, bool Locked, bool Own, const Valuation &Core);
  void solve(NodeId N);

  const link::Program &P;
  Budget Limits;
  FunctionInfos Infos;
  Watch Unwatched, &Watched;
  std::vector<std::unique_ptr<NodeData>> Nodes;
  std::map<std::tuple<FnId, Thread, bool, bool>, llvm::SmallVector<NodeId, 2>> Index;
  std::vector<NodeId> Stack, Provisional;
};

} // namespace gilray::flow

#endif
