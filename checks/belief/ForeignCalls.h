// Every call that leaves the program, with the thread states in which it is made, and what the program's own releases
// say about it: a region that was released around a single foreign function was released for that function.
#ifndef GILRAY_BELIEF_FOREIGNCALLS_H
#define GILRAY_BELIEF_FOREIGNCALLS_H

#include "belief/Belief.h"
#include "core/Finding.h"
#include "flow/Results.h"
#include "link/Modules.h"

namespace gilray::belief {

using flow::EventRef;
using link::FnId;
using llvm::StringRef;

struct CallSite {
  EventRef At;
  const ir::Callee *Callee = nullptr;
  const api::BlockingEntry *Blocks = nullptr; ///< what the model says; null: nothing
  uint8_t Threads = 0;                        ///< a bit per flow::Thread
  bool Failing = false;                       ///< every path from here ends in an error return
  bool Sole = false;                          ///< detached, in a region with no other foreign function
  bool attached() const { return Threads == 1u << unsigned(flow::Thread::Attached); }
  bool mayBeAttached() const { return Threads & 1u << unsigned(flow::Thread::Attached); }
  bool detached() const {
    uint8_t Away = 1u << unsigned(flow::Thread::Detached) | 1u << unsigned(flow::Thread::NoState);
    return Threads && !(Threads & ~Away);
  }
};

/// A release of the thread state within one function, from the detach to where it attaches again.
struct Region {
  EventRef Detach;
  std::vector<EventRef> Events;        ///< reached detached behind it
  std::vector<StringRef> ForeignNames; ///< distinct foreign functions called, but for the trivial ones of libc
  bool CallsBodies = false;            ///< functions of the program
  bool Loops = false;                  ///< a loop lies in it
};

class ForeignCalls {
public:
  ForeignCalls(const flow::Results &R, const link::Modules &M);

  /// In the order of functions, blocks and events.
  llvm::ArrayRef<CallSite> all() const { return Sites; }
  llvm::ArrayRef<const CallSite *> of(StringRef Name) const;
  llvm::ArrayRef<Region> regions() const { return Regions; }

  /// Does code that Python runs reach the function attached, without a change of the thread state on the way? Not what
  /// only module creation runs, nor callbacks that attach themselves.
  bool entered(FnId F) const { return Ways[F].Known; }
  /// Is it a method, a slot or a bound function, which Python calls attached?
  bool calledByPython(FnId F) const { return Ways[F].Known && Ways[F].Root; }
  const link::Program &program() const { return P; }
  /// Appends the way there: "'read' can be called from Python", "'fetch' is called here".
  void witness(FnId F, std::vector<Note> &Notes) const;
  /// Calls of F that are made attached, by functions that are entered.
  std::vector<EventRef> attachedCallsOf(FnId F) const;

  /// Do the two lie on different sides of a branch of one function, so that no run does both one after the other?
  bool exclusive(EventRef A, EventRef B) const;
  /// The Python object's field that an argument of the call is read from: `lib_read(self->handle, ..)`. First of them.
  struct FieldOf {
    StringRef Record, Field;
    bool operator==(const FieldOf &) const = default;
  };
  std::optional<FieldOf> handle(EventRef Call) const;

private:
  struct Way {
    bool Known = false;
    FnId From = link::NoFn;
    EventRef At;
    const link::Root *Root = nullptr;
  };
  void collect(FnId F);
  void regionFrom(EventRef Detach, const flow::Results::ThreadMap &Map);
  void enter();
  std::vector<bool> failing(FnId F) const;

  const flow::Results &R;
  const link::Program &P;
  const link::Modules &M;
  std::vector<CallSite> Sites;
  llvm::StringMap<std::vector<const CallSite *>> ByName;
  std::vector<Region> Regions;
  std::vector<Way> Ways;
  std::vector<std::vector<EventRef>> AttachedCalls; ///< per callee, in entered and other functions
};

} // namespace gilray::belief

#endif
