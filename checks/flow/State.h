// The abstract state of the solver: a key (what the thread is) and a valuation (what is known of paths under that key).
//
//     if (n > 500) save = PyEval_SaveThread();
//
// gives two entries after the join, { attached: save = null, n>500 false } and { detached: save = saved, n>500 true }.
// Entries with equal keys are merged, others stay apart: property simulation (Das, Lerner, Seigel, PLDI 2002).
#ifndef GILRAY_FLOW_STATE_H
#define GILRAY_FLOW_STATE_H

#include "flow/ValueTable.h"
#include "link/Program.h"
#include "llvm/ADT/SmallVector.h"

namespace gilray::flow {

using link::EventRef;
using link::FnId;
using llvm::StringRef;

enum class Thread : uint8_t {
  Attached,
  Detached,    ///< released by PyEval_SaveThread and the like
  NoState,     ///< a foreign thread
  Finalised,   ///< the interpreter may be gone
  AsyncSignal, ///< in a signal handler
  BeforeInit,  ///< no interpreter yet
  Caller,      ///< after releasing the caller's Ensure: whatever the caller was before
  Unknown,     ///< not judged: after a fault, in a fork child, ...
};

/// Does a thread in this state break the rule when it calls what needs an attached thread state?
inline bool mayNotCallApi(Thread T) { return T == Thread::Detached || T == Thread::NoState; }

/// An Ensure that is not yet released.
struct Frame {
  Thread Before = Thread::Attached;
  EventRef At;
  auto operator<=>(const Frame &) const = default;
};

struct Key {
  Thread Now = Thread::Attached;
  uint8_t Popped = 0;   ///< frames of the caller that were released here
  uint8_t Critical = 0; ///< critical sections entered here
  llvm::SmallVector<Frame, 2> Stack;
  bool operator==(const Key &) const = default;
  bool operator<(const Key &O) const {
    return std::tie(Now, Popped, Critical) != std::tie(O.Now, O.Popped, O.Critical)
               ? std::tie(Now, Popped, Critical) < std::tie(O.Now, O.Popped, O.Critical)
               : std::lexicographical_compare(Stack.begin(), Stack.end(), O.Stack.begin(), O.Stack.end());
  }
};

enum class FactKind : uint8_t {
  None,
  Null,     ///< null pointer or zero
  NonNull,  ///< not null, not zero
  Const,    ///< Int
  Undef,    ///< never assigned on this path
  Saved,    ///< a thread state that can be restored
  Restored, ///< a thread state that was given back already
  Deleted,  ///< PyThreadState_Delete, Py_EndInterpreter
  Cookie,   ///< the result of the Ensure at At; Int: not null
  Token,    ///< such a result plus Int > 0, which sets it apart from a null pointer and from other constants below Int
  Alias,    ///< equal to the value Other (a path, or a condition that was stored in a variable)
  ForkResult,
  AsksAttached,
  AsksInitialized,
  AsksFinalizing, ///< the answer of a query; Int: of its opposite
};

/// Names of facts about the thread: the API was used since the last change of state (so the thread is attached, not
/// only assumed to be), and the last Ensure was made so: it only counts up, the lock stays with the outer one.
inline constexpr StringRef UsedApi = "used api", NestedEnsure = "nested ensure";
/// The object of this deallocator is hidden from the collector.
inline constexpr StringRef Untracked = "untracked";

struct Fact {
  FactKind Kind = FactKind::None;
  ValueId Other = 0;
  int64_t Int = 0;
  EventRef At;
  bool operator==(const Fact &) const = default;
  bool nonNull() const {
    return Kind == FactKind::NonNull || Kind == FactKind::Saved || Kind == FactKind::Restored ||
           Kind == FactKind::Deleted || Kind == FactKind::Token ||
           ((Kind == FactKind::Const || Kind == FactKind::Cookie) && Int != 0);
  }
  bool isNull() const { return Kind == FactKind::Null || (Kind == FactKind::Const && Int == 0); }
};

/// What two facts have in common; None when nothing.
Fact meet(const Fact &A, const Fact &B);

/// Facts by path, sorted. Merging keeps what both sides agree on.
class Valuation {
public:
  const Fact *get(ValueId V) const;
  void set(ValueId V, Fact F);
  void drop(llvm::function_ref<bool(ValueId, const Fact &)> Pred);
  /// True when this valuation lost something.
  bool mergeFrom(const Valuation &O);
  size_t size() const { return Facts.size(); }
  auto begin() const { return Facts.begin(); }
  auto end() const { return Facts.end(); }
  bool operator==(const Valuation &) const = default;

private:
  llvm::SmallVector<std::pair<ValueId, Fact>, 8> Facts;
};

/// One entry at a program point.
struct State {
  Key K;
  Valuation V;
  EventRef Origin;      ///< the event since which the thread is in K.Now; invalid: since the function's entry
  bool Faulted = false; ///< a fault was met since Origin on every path: later ones are its consequences
  bool Broken = false;  ///< detach or attach went wrong: what follows is not judged
  bool Guessed = false; ///< reached only if a foreign function throws
  uint8_t Locks = 0;    ///< locks held here, at least on one path
};

} // namespace gilray::flow

#endif
