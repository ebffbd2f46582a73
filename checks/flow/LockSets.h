// Which locks are held where, in a whole program: the basis of the groups `locks` and `freethreading`.
//
//     static PyObject *put(PyObject *op, PyObject *v)             accessesOf("Cache", "n"):
//     { Cache *self = (Cache *)op;                                  write in put,  must {this object's lock}, attached
//       pthread_mutex_lock(&self->lock);  bump(self);               read  in size, must {},                   attached
//       pthread_mutex_unlock(&self->lock); .. }                   commonLock(..): none
//     static void bump(Cache *c) { c->n++; }
//     static PyObject *size(PyObject *op, void *) { return PyLong_FromLong(((Cache *)op)->n); }
//
// Two passes. Bottom-up, each function is solved once, relative to its entry: what it takes and releases for its caller
// (LockSummary), what it holds at each event (LockPoint), and facts about single events (LockEventFact). Top-down, the
// ways in which a function is entered are followed from the program's roots: locks held by callers under the function's
// own names, attached or not, whether a parameter is the root's own object or one that nobody else knows of yet.
// An access is a place in a function seen in one such way.
//
// What could not be followed is Uncertain, and an incomplete function says why: a rule must not build on a lock that
// was not seen there.
#ifndef GILRAY_FLOW_LOCKSETS_H
#define GILRAY_FLOW_LOCKSETS_H

#include "flow/LockSolver.h"
#include "flow/Results.h"
#include "link/Modules.h"
#include "llvm/ADT/BitVector.h"
#include <deque>

namespace gilray::flow {

/// How a thread arrives, a bit each.
enum Arrives : uint8_t { ArrivesAttached = 1, ArrivesDetached = 2, ArrivesUnknown = 4 };

/// One way in which a function is entered.
struct LockContext {
  std::vector<HeldLock> Must, May; ///< held by callers, in the function's names; sorted by Lock
  uint8_t Threads = 0;             ///< of Arrives
  uint32_t Own = 0;                ///< parameters that are the first argument of the root: `self`
  uint32_t Fresh = 0;              ///< parameters that nobody but the callers knows of yet
  bool Uncertain = false;
  bool Merged = false; ///< stands for all further ways, of which there are too many
};

/// A lock as others see it.
struct LockName {
  enum Of : uint8_t {
    Global,     ///< Path
    ThisObject, ///< of the object that is accessed: Path begins with it
    SomeObject, ///< of another object, or one that is known by another name: only its field is known
  } Whose = Global;
  PathId Path = 0;
  NameId Class = 0; ///< the global, or the last field
  LockKind Kind = LockKind::None;
  bool Shared = false, Inert = false;
  bool sameAs(const LockName &O) const {
    return Whose == O.Whose && (Whose == SomeObject ? Class == O.Class : Path == O.Path);
  }
};

/// A read or write of a global or a field, in one way of getting there.
struct SharedAccess {
  EventRef At;
  bool Reads = false, Writes = false;
  bool Passed = false; ///< its address is handed to a function without body: may read and write
  ir::Ordering Order = ir::Ordering::NotAtomic;
  PathId Object = 0; ///< whose field; 0: a global
  std::vector<LockName> Must, May;
  uint8_t Threads = 0;                    ///< of Arrives: at the access
  const llvm::BitVector *Roots = nullptr; ///< over LockSets::roots()
  const LockContext *Context = nullptr;
  bool Own = false;      ///< the root's own object: what dealloc, traverse and init do to `self` nobody sees
  bool Fresh = false;    ///< of an object that was made here and is not known to others yet
  bool InitOnly = false; ///< only while the module is made
  bool Uncertain = false;
  bool atomic() const { return Order != ir::Ordering::NotAtomic; }
};

class LockSets {
public:
  LockSets(const Results &R, const link::Modules &M, LockBudget Limits = {});
  ~LockSets();

  /// Before an event; with Index == Terminator at the end of a block. Locks of callers are not in it.
  const LockPoint &at(EventRef E) const;
  const LockSummary &summary(FnId F) const { return Summaries[F]; }
  /// The ways of entering a function; none: nobody does.
  std::vector<const LockContext *> contexts(FnId F) const;
  /// In the order of their places.
  llvm::ArrayRef<LockEventFact> facts() const { return Facts; }
  /// The states of the thread that a fact or point speaks of, of Arrives.
  uint8_t threads(uint8_t Relative, FnId In) const;
  /// From the place where the lock was taken to the event, down to what does it.
  std::vector<Step> witness(const LockEventFact &F) const;
  /// The event at the end of that way.
  EventRef cause(const LockEventFact &F) const;
  /// One call further down on that way; invalid at its end.
  EventRef below(const LockEventFact &F, EventRef At) const;

  /// Who enters the program, and whom each access can be traced back to.
  llvm::ArrayRef<link::Root> roots() const { return Roots; }
  /// The calls that lead from a root to a function in some way of entering it.
  std::vector<Step> way(const SharedAccess &A) const;
  /// The same for a way in which the thread arrives in one of these states (of Arrives).
  std::vector<Step> wayInto(FnId F, uint8_t Threads) const;
  /// What an event does to locks.
  LockAction action(EventRef E) const { return Events->action(E); }
  /// The place that a value names.
  PathId placeOf(FnId F, ir::ValueId V) const { return Paths->of(F, V); }
  /// The place that a call's argument names: what it points to, if it is a pointer.
  PathId placeOfArgument(EventRef Call, unsigned Arg) const;
  NameId classOf(PathId L) const { return Paths->className(L); }
  bool namesObject(PathId L) const { return Paths->namesObject(L); }

  /// Is the lock that of an object which nobody else knows of yet?
  bool isFreshHere(const LockEventFact &F) const;
  /// The roots that a function is reached from, over roots().
  llvm::BitVector rootsOf(FnId F) const;

  struct Entry {
    FnId Fn = link::NoFn;
    const link::Root *Root = nullptr;
  };
  /// The roots that leave the program with such a lock held, or release one that they have not taken: those of a lock
  /// that is handed from call to call, or from thread to thread, are in both.
  llvm::ArrayRef<Entry> leftHeld(NameId Class) const { return of(LeftHeld, Class); }
  llvm::ArrayRef<Entry> givenBack(NameId Class) const { return of(GivenBack, Class); }
  /// Where that way begins.
  const link::Root *entry(const SharedAccess &A) const;

  std::vector<SharedAccess> accessesOf(const ir::Global &G) const;
  std::vector<SharedAccess> accessesOf(StringRef Record, StringRef Field) const;
  /// Where the pointer in a field is handed to a function that may change what it points to.
  std::vector<SharedAccess> handed(StringRef Record, StringRef Field) const;
  /// Locks held at all of them, exclusively where something is written. Only locks that are the same for sure, unless
  /// Weak: then also those known by their field only.
  std::vector<LockName> commonLock(llvm::ArrayRef<SharedAccess> As, bool Weak = false) const;

  std::string spell(const HeldLock &L, FnId In) const { return Paths->spell(L.Lock, In); }
  std::string spell(const LockName &L) const;
  const LockPaths &paths() const { return *Paths; }
  /// The global or field that a value stands for, also by a local that is set to it once: "@cache", "Conn.n"; or empty.
  StringRef placeName(FnId F, ir::ValueId V) const;
  /// A value as people would write it: "self->memo"; empty for what is no place.
  std::string spellValue(FnId F, ir::ValueId V) const;
  /// Was the object that a pointer leads to made in this function, and is it known to nobody else yet?
  bool pointsToFresh(FnId F, ir::ValueId Pointer, EventRef At) const;
  /// Functions whose lock states are not known, and why.
  std::vector<std::pair<FnId, StringRef>> incomplete() const;

private:
  struct Way;
  using Entries = std::map<NameId, std::vector<Entry>>;
  static llvm::ArrayRef<Entry> of(const Entries &In, NameId Class) {
    auto It = In.find(Class);
    return It == In.end() ? llvm::ArrayRef<Entry>() : llvm::ArrayRef<Entry>(It->second);
  }
  void entries();
  std::vector<Step> stepsTo(const Way &W) const;
  /// An access without the way of getting there.
  struct LocalAccess {
    EventRef At;
    PathId Object = 0;
    bool Reads = false, Writes = false, Passed = false;
    ir::Ordering Order = ir::Ordering::NotAtomic;
  };
  struct Way {
    FnId Fn = link::NoFn;
    LockContext Context;
    llvm::BitVector Roots;
    int From = -1; ///< the way that was followed to get here first; -1: a root
    EventRef Call;
    llvm::SmallVector<unsigned, 4> Next;
    bool Queued = false;
  };
  /// Objects made in a function, and where others get to know them.
  struct Freshness {
    llvm::SmallVector<PathId, 2> Made;
    std::vector<std::pair<PathId, EventRef>> Published;
  };

  // LockSets.cpp
  void solve(llvm::ArrayRef<FnId> Component);
  void components();
  // LockContexts.cpp
  void enterRoots();
  unsigned enter(FnId F, LockContext C, int From, EventRef Call);
  void follow(unsigned Number);
  LockContext contextOf(const Way &From, EventRef At, FnId Callee);
  void spreadRoots();
  static uint8_t arrivals(uint8_t Relative, uint8_t Entered);
  void combine(const LockPoint &Here, const LockContext &C, FnId F, std::vector<HeldLock> &Must,
               std::vector<HeldLock> &May) const;
  // LockAccesses.cpp
  void collect(FnId F);
  void access(EventRef At, ir::ValueId Place, LocalAccess A);
  void handOver(EventRef At, const link::Target &T);
  bool containerMethod(EventRef At, const link::Target &T);
  using AccessTable = std::map<NameId, std::vector<LocalAccess>>;
  std::vector<SharedAccess> accessesOf(const AccessTable &In, NameId N) const;
  void accessPath(AccessTable &To, PathId Place, LocalAccess A);
  LockName nameOf(const HeldLock &L, PathId Object) const;
  // LockFresh.cpp
  void freshness(FnId F);
  bool isFresh(FnId F, PathId Object, EventRef At) const;
  bool allocates(FnId F, const ir::Event &E, const link::Target &T) const;

  const Results &R;
  const link::Modules &M;
  const link::Program &P;
  const FunctionInfos &Infos;
  LockBudget Limits;
  std::unique_ptr<LockPaths> Paths;
  std::unique_ptr<LockEvents> Events;
  std::vector<LockSummary> Summaries;
  std::vector<PerEvent<LockPoint>> Points; ///< empty for functions that change nothing
  std::vector<LockEventFact> Facts;
  std::vector<link::Root> Roots;
  std::vector<std::unique_ptr<Way>> Ways;
  std::vector<llvm::SmallVector<unsigned, 2>> WaysOf; ///< per function
  AccessTable Accesses, Handed;
  Entries LeftHeld, GivenBack;
  std::vector<Freshness> Fresh;
  std::deque<unsigned> Queue; ///< ways to follow
};

} // namespace gilray::flow

#endif
