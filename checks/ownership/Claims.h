// Borrowed references and pointers into objects, followed from where they are obtained to a use after something else
// had a chance to end them.
//
//     item = PyList_GET_ITEM(self->items, 0);     obtained: lent by a list that others can change
//     PyObject_CallNoArgs(hook);                  disturbed
//     Py_INCREF(item);                            used
//
// A way ends where the variable gets another value, is known to be null, or is owned: Py_INCREF(item) before anything
// happened, the reference stored somewhere or stolen.
#ifndef GILRAY_OWNERSHIP_CLAIMS_H
#define GILRAY_OWNERSHIP_CLAIMS_H

#include "ownership/Disturbances.h"
#include "ownership/Fields.h"

namespace gilray::ownership {

/// Why a reference or pointer may end although nobody here gave it up.
enum class Risk : uint8_t {
  None,
  Element, ///< lent by a container that others can change
  Weak,    ///< what a weak reference refers to
  Field,   ///< read from a field that another method replaces
  Global,  ///< the same of a global variable
  Storage, ///< points into memory that moves when others resize the object
  Owned,   ///< points into an object that only this function has, as long as it does not give it up
};

struct Claim {
  Risk Why = Risk::None;
  EventRef At;     ///< obtained here
  EventRef Source; ///< where the reference that keeps it was borrowed; At if that is the same
  ValueId Of = 0;  ///< in Source.Fn: the container, the field, the variable, the object
  Ending EndedBy;  ///< Field, Global: by what
  ValueId Var = 0; ///< has it first, in At.Fn
  bool Pointer = false;
  const api::Entry *Api = nullptr;
  llvm::SmallVector<ValueId, 2> Keepers; ///< owning one of these variables keeps the rest
  llvm::SmallVector<EventRef, 1> Made;   ///< Owned: calls in Source.Fn that the object may come from
};

struct StaleUse {
  Claim What;
  Disturbance By;
  EventRef At;                 ///< the use, in the function of the claim
  std::vector<EventRef> Below; ///< the disturbance and the use, if both are in callees: calls that lead there
  bool Removed = false;        ///< By takes the element out of the very container
  bool Own = false;            ///< By runs code of the object itself: PyObject_Str(item)
  bool Detached = false;       ///< used while detached
};

class Claims {
public:
  Claims(const Ownership &O, const Disturbances &D, const Fields &F);
  /// Of one function, in the order of the places where they were obtained; one per claim.
  std::vector<StaleUse> staleUses(FnId F) const;

private:
  struct Holder;
  struct Walker;
  Claim risk(EventRef At, ValueId V, unsigned Depth = 0) const;
  Claim risk(const Provenance &X, unsigned Depth) const;
  Claim owned(const Provenance &X) const;
  bool madeBy(EventRef At, ValueId V, llvm::SmallVectorImpl<EventRef> &Calls, unsigned Depth = 0) const;
  bool makes(EventRef Call) const;
  /// Of a parameter that is nobody's own: used in F after a disturbance.
  const StaleUse *staleParameter(FnId F, unsigned Param) const;
  bool keeps(FnId G, unsigned Param) const;
  /// Has one of the claim's keepers been owned since it was obtained, on some way to the event?
  bool isOwned(const Claim &C, EventRef At) const;
  bool isPinned(FnId F, ValueId Object) const;
  /// The value that names a parameter in its function; 0: it is not used.
  ValueId parameter(FnId G, unsigned Param) const;
  static bool excludes(const ir::Function &F, ValueId Cond, ValueId Var, bool Truth);
  std::optional<StaleUse> follow(const Claim &C, FnId F, ValueId First, EventRef From) const;

  const Ownership &O;
  const Disturbances &D;
  const Fields &Fs;
  const link::Program &P;
  const flow::FunctionInfos &Infos;
  struct ParameterUse {
    bool Known = false;
    std::optional<StaleUse> Use;
  };
  mutable std::map<std::pair<FnId, unsigned>, ParameterUse> Parameters;
  mutable std::map<std::pair<FnId, unsigned>, bool> Keeps;
};

} // namespace gilray::ownership

#endif
