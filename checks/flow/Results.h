// What the engine found out about a program, ready for the rules: observations on paths that start at a known entry
// point, each put where a person would mend it, with the path that leads there.
//
// Where an observation is put: the engine walks from the API use outwards. A function that is only ever entered
// detached is itself the place to mend; otherwise the call that crosses into it from a released region is.
#ifndef GILRAY_FLOW_RESULTS_H
#define GILRAY_FLOW_RESULTS_H

#include "belief/Belief.h"
#include "core/Finding.h"
#include "flow/Engine.h"
#include <deque>

namespace gilray::flow {

struct Report {
  Observation What;
  EventRef At;                     ///< where to report: the observation's own place or the call that crosses
  EventRef Raised;                 ///< report here instead: the exception that makes the destructor at At run
  std::vector<Step> Path;          ///< from the entry point or the detach to the observation
  std::vector<Step> Also;          ///< consequences and other needs behind the same call
  const link::Root *Via = nullptr; ///< the entry point, when the state comes from it and not from a detach
  const link::Registration *Registered = nullptr; ///< callbacks: where handed over
  EventRef Foreign;                               ///< callbacks: the detached call of the library
  unsigned Crossings = 0;  ///< calls from released regions that were gathered here; 0: not gathered
  bool InParallel = false; ///< inside the body of `omp parallel`
};

/// Why a callback is taken to run detached although no detached call of its library was seen: the others attach first.
struct CallbackBelief {
  belief::Tally Callbacks; ///< that attach before they use Python, and that do not
  std::string Of;          ///< "uv_read_start", a structure, or a library's prefix with a star: "uv_*"
  FnId Example = link::NoFn;
};

class Results {
public:
  Results(const link::Program &P, Budget B = {}, Watch *W = nullptr);

  const link::Program &program() const { return P; }
  /// Null unless a callback is judged because of what its siblings do.
  const CallbackBelief *callbackBelief(FnId F) const {
    auto It = Beliefs.find(F);
    return It == Beliefs.end() ? nullptr : &It->second;
  }
  /// Is it judged as a callback although the program calls it attached as well?
  bool isDoubtfulCallback(FnId F) const { return Doubts.count(F); }
  llvm::ArrayRef<Report> reports() const { return Reports; }
  /// Every observation of a kind in reached nodes, without attribution.
  std::vector<const Observation *> observations(Observed Kind) const;
  std::vector<Incomplete> incomplete() const;
  const Engine &engine() const { return E; }
  /// Functions with bodies that F calls directly, sorted.
  llvm::ArrayRef<FnId> callees(FnId F) const { return E.infos()[F].Callees; }
  /// The thread states in which the events of a function are reached, a bit per Thread: [block][event]. 0: never.
  using ThreadMap = PerEvent<uint8_t>;
  ThreadMap threads(FnId F) const;
  /// Those right behind an event; 0: the function ends.
  uint8_t threadsAfter(EventRef At, const ThreadMap &Map) const;
  /// Is the function entered attached by somebody?
  bool enteredAttached(FnId F) const { return F < Entered.size() && (Entered[F] & 1); }

  Place place(const ir::Unit &U, const ir::Loc &L) const;
  Place place(EventRef At) const { return place(P.unit(At.Fn), P.where(At)); }
  /// A step as a note; of two threads its text begins with "thread N: ".
  Note note(const Step &S, unsigned Thread = 0) const;
  std::string functionName(FnId F) const { return P.fn(F).Name.str(); }

private:
  struct Arrival {
    NodeId Parent = NoNode; ///< NoNode: entered as a root
    unsigned Edge = 0;
    const link::Root *Root = nullptr;
    const link::Registration *Registered = nullptr;
    EventRef Foreign;
  };
  void reach(NodeId N, Arrival A);
  void enterPlain(FnId F);
  void enterRoot(const link::Root &R, Thread T, const link::Registration *Reg = nullptr, EventRef Foreign = {});
  void assume(FnId F);
  bool impossible(NodeId N, Thread Entry) const;
  bool touched(FnId F) const { return Entered[F] != 0; }
  // Callbacks.cpp
  struct Detached;
  void callbacks();
  void callsBelow(std::vector<Detached> &Calls) const;
  EventRef libraryRunsDetached(const link::Registration &R, llvm::ArrayRef<Detached> Calls) const;
  // CallbackBeliefs.cpp
  void believedCallbacks();
  bool needsWhenDetached(NodeId N, unsigned Depth = 0) const;
  EventRef attachesItself(FnId F);
  EventRef companionAttaches(const link::Registration &R);
  bool onlyEntered(FnId F, Thread T) const;
  void report(NodeId N);
  void gather();
  void place(NodeId N, const Observation &O, std::vector<Step> Below, EventRef At, unsigned Depth,
             std::vector<NodeId> &Seen);
  void add(Report R);
  Arrival origin(NodeId N, std::vector<Step> &Steps) const;
  Step entering(FnId F, EventRef At) const;
  Step changing(EventRef At, Thread Now) const;
  Step ensuring(EventRef At) const;

  const link::Program &P;
  Engine E;
  std::vector<uint8_t> Entered; ///< per function: bit per Thread it is entered in
  std::map<NodeId, Arrival> Reached;
  std::vector<NodeId> Order;
  std::vector<llvm::SmallVector<NodeId, 1>> NodesOf; ///< reached ones, per function
  std::map<NodeId, std::vector<std::pair<NodeId, unsigned>>> Incoming;
  std::deque<link::Root> Made; ///< roots assumed or made for callbacks
  std::map<FnId, std::string> Assumptions;
  std::map<FnId, CallbackBelief> Beliefs;
  std::set<FnId> Doubts;
  std::map<FnId, EventRef> Believers; ///< callbacks asked so far: where they attach themselves, invalid if they do not
  std::vector<Report> Reports;
  std::map<std::tuple<Observed, EventRef>, size_t> Placed;
};

} // namespace gilray::flow

#endif
