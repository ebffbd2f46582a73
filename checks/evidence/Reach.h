// Which functions can run once the module exists, and on which way. Module creation runs once per interpreter under the
// import lock; what happens only there is no race and no shared state of running code.
//
//     static int demo_exec(PyObject *m) { limit = read_limit(); ... }     only module creation: Init
//     static PyObject *count(PyObject *self, PyObject *args) { calls++; }  in a method table: Running
#ifndef GILRAY_EVIDENCE_REACH_H
#define GILRAY_EVIDENCE_REACH_H

#include "core/Finding.h"
#include "flow/Results.h"
#include "link/Modules.h"
#include "llvm/ADT/DenseSet.h"

namespace gilray::evidence {

using flow::EventRef;
using link::FnId;

enum class Life : uint8_t {
  Unused,  ///< nobody is seen to call it, and nobody outside the given files can
  Init,    ///< module creation and its end only
  Loose,   ///< nobody is seen to call it, but its name is visible outside
  Running, ///< called from Python, a thread, a callback, or through a pointer
};

class Reach {
public:
  Reach(const flow::Results &R, const link::Modules &M);
  Life of(FnId F) const { return Lives[F]; }
  bool running(FnId F) const { return Lives[F] == Life::Running; }
  /// The entry point that the witness begins with; null for what only other means lead to.
  const link::Root *entry(FnId F) const;
  /// Appends the way from the entry point to F: "'count' is called from Python", "'bump' is called here".
  void witness(FnId F, std::vector<Note> &Notes) const;

  /// "NAME can be called from Python"; without a root: through a pointer.
  static std::string entryText(const std::string &Name, const link::Root *Root);
  /// Of the thread that enters there; a thread of its own has none, which is Detached.
  static ThreadState entryState(const link::Root *Root);

private:
  struct Arrival {
    FnId From = link::NoFn; ///< NoFn: an entry point
    EventRef At;
    const link::Root *Root = nullptr;
  };
  void seed();
  void spread(Life L, std::vector<FnId> Work, const llvm::DenseSet<FnId> *Ends = nullptr);
  void edges(FnId F, llvm::function_ref<void(FnId, EventRef, bool Taken)> Visit) const;
  bool enter(FnId F, Life L, Arrival A);

  const flow::Results &R;
  const link::Program &P;
  const link::Modules &M;
  std::vector<Life> Lives;
  std::vector<Arrival> Arrivals;
};

} // namespace gilray::evidence

#endif
