// What the solver needs to know of a function before it runs: its value table, what each call reaches, and
// flow-insensitive facts closed over its callees (does it change the thread state, does it need the API, what may it
// write).
#ifndef GILRAY_FLOW_FUNCTIONINFO_H
#define GILRAY_FLOW_FUNCTIONINFO_H

#include "flow/PerEvent.h"
#include "flow/ValueTable.h"
#include "link/Program.h"
#include "llvm/ADT/BitVector.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/STLExtras.h"
#include <memory>
#include <optional>
#include <vector>

namespace gilray::flow {

using link::EventRef;
using link::FnId;

/// The last part of a method's name.
inline StringRef methodName(const ir::Callee &C) { return C.Name.substr(C.Name.rfind(':') + 1); }
/// Is the thread attached after it?
inline bool attaches(api::Effect Does) {
  return Does == api::Effect::Attach || Does == api::Effect::Ensure || Does == api::Effect::EnsureMayFail ||
         Does == api::Effect::Swap;
}
/// PyThreadState *
bool isThreadStatePointer(const api::Model &M, const ir::Unit &U, ir::TypeId T);

/// What one element of a type's construction or destruction comes down to.
struct Action {
  const api::TypeEntry *Type = nullptr; ///< a modelled type: guard, holder, lock
  FnId Fn = link::NoFn;                 ///< or a destructor or deleter with a body
  bool OfPart = false;                  ///< of a part of the object (an element, a pointee): its address is not known
  bool Makes = false;                   ///< the part is constructed, not destroyed: optional::emplace, make_unique
};

/// A call of setjmp: where the function goes on when something jumps back.
struct JumpSite {
  ir::BlockId Block = 0;
  uint32_t Index = 0;
  ValueId Buffer = 0;
  llvm::BitVector Later;                 ///< blocks that run after it
  llvm::SmallVector<ValueId, 2> Handles; ///< objects through which a library finds the buffer
  bool Told = false;                     ///< a function of the program jumps there on the library's behalf
  void addHandle(ValueId V) {
    if (V && !llvm::is_contained(Handles, V))
      Handles.push_back(V);
  }
  bool isLater(EventRef At) const { return Later.test(At.Block) || (At.Block == Block && At.Index > Index); }
};

struct FunctionInfo {
  ValueTable Values;
  uint32_t KnownValues = 0;       ///< values of the function itself; later ones were added by the solver
  PerEvent<link::Target> Targets; ///< for calls
  PerFewEvents<Action> Actions;   ///< for Construct and Destroy
  /// The blocks before it are in no cycle: when the first of the blocks that are due is one of them, all that leads to
  /// it has been looked at.
  ir::BlockId FirstInLoop = 0;

  // Closed over callees:
  bool Transitions = false; ///< may attach, detach, ask for the state, lock
  bool Needs = false;       ///< may call what needs an attached thread state
  bool Writes = false;      ///< may write Python objects or globals, or call libc with shared state
  bool Returns = true;
  bool Throws = false;           ///< a throw is seen in it or below it
  std::vector<uint32_t> Written; ///< fields and globals it may write: sorted Node::Name
  uint32_t DerefParams = 0;      ///< may write through parameter i
  uint32_t NeedParams = 0;       ///< parameters that decide whether the API is needed
  bool SetsOwner = false;        ///< small C++ function that writes a reference which a destructor tests
  bool Detaches = false;         ///< may release the thread state
  bool Attaches = false;         ///< attaches in its own body (not closed over callees)
  bool Releases = false;         ///< gives the thread state up in its own body
  bool Starts = false;           ///< may call Py_Initialize: nobody calls it attached
  bool PassesOn = false;         ///< one of the two, or passes on to what does: void leave(T *t) { detach(t->state); }
  /// Releases what another function attached: after(h) { PyGILState_Release(h->gil); }. It is called attached.
  bool ReleasesKept = false;
  uint32_t GuardParams = 0; ///< parameters that decide about attaching or detaching
  /// What the function returns, if it does nothing else: explicit operator bool() const { return state != nullptr; }
  ValueId Returned = 0;
  /// Returns whether the interpreter shuts down (return exiting || Py_IsFinalizing()), or whether it does not.
  enum : uint8_t { ShutdownUnasked, ShutdownTrue, ShutdownFalse } Shutdown = ShutdownUnasked;
  std::vector<FnId> Callees;     ///< direct ones, sorted
  bool Jumps = false;            ///< may leave by longjmp
  std::vector<uint32_t> JumpsTo; ///< fields and globals that hold the buffers of its own longjmps
  std::vector<JumpSite> JumpSites;
  /// Locals whose address is kept elsewhere: int n = 0; struct arg list[] = {{"n", &n}}; the holder (list), the local.
  std::vector<std::pair<ValueId, ValueId>> Exposed;

  FunctionInfo(const ir::Function &F, Names &Program) : Values(F, Program) {}
};

class FunctionInfos {
public:
  explicit FunctionInfos(const link::Program &P);
  /// Does a condition on this field or global decide about attaching or detaching somewhere?
  bool isGuard(uint32_t Name) const { return Guards.count(Name); }
  /// Does it decide whether the API is needed somewhere?
  bool isNeedGuard(uint32_t Name) const { return NeedGuards.count(Name); }
  /// Does the program release an Ensure without its result, with PyGILState_Release(PyGILState_UNLOCKED)?
  bool releasesConstant() const { return ReleasesConstant; }
  /// Does it call PyGILState_Ensure without looking at the result?
  bool dropsCookie() const { return DropsCookie; }
  /// Does a function of the program read this field or global to release an Ensure? leave(t) {
  /// PyGILState_Release(t->gil); }
  bool isReleasedFrom(uint32_t Name) const { return ReleasedFrom.count(Name); }
  /// Is this field or global a PyThreadState *?
  bool holdsThreadState(uint32_t Name) const { return ThreadStates.count(Name); }

  /// Does this field only ever get what PyEval_SaveThread returned (and null)?
  bool holdsSavedState(uint32_t Name) const { return SavedStates.count(Name) && !OtherStates.count(Name); }

  FunctionInfo &operator[](FnId F) { return *Infos[F]; }
  const FunctionInfo &operator[](FnId F) const { return *Infos[F]; }

private:
  bool ReleasesConstant = false, DropsCookie = false;
  void local(FnId F);
  void shutdown(FnId F, llvm::ArrayRef<ValueId> Asked);
  void close();
  std::vector<FnId> bottomUp() const;
  void jumps(FnId F);
  void jumpSites(FnId F);
  void findHandles(FnId F, JumpSite &S) const;
  void madeWith(FnId F, const ir::Event &Maker, JumpSite &S) const;
  /// The constructor of a part of this type that takes so many arguments, if there is no doubt which.
  void makeActions(const ir::Unit &U, ir::TypeId T, size_t Arguments, llvm::SmallVectorImpl<Action> &Out) const;
  void partActions(FnId Id, const ir::Event &E, const link::Target &T, llvm::SmallVectorImpl<Action> &Out) const;
  void destroyActions(const ir::Unit &U, ir::TypeId T, bool OfPart, unsigned Depth,
                      llvm::SmallVectorImpl<Action> &Out) const;

  const link::Program &P;
  std::vector<std::unique_ptr<FunctionInfo>> Infos;
  static constexpr unsigned PassedOn = 2; ///< so many small functions deep
  bool passesOn(FnId F, unsigned Depth) const;
  bool givesUp(FnId F, unsigned Depth) const;
  void guards(FnId F);
  void threadStates(FnId F);
  Names Program;
  llvm::StringMap<llvm::SmallVector<FnId, 2>> Constructors; ///< by record
  llvm::DenseSet<uint32_t> Guards, NeedGuards, ThreadStates, SavedStates, OtherStates, ReleasedFrom;
};

} // namespace gilray::flow

#endif
