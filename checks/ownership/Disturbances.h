// Where something else may happen in the middle of a function: the thread detaches, so that others run, or Python code
// runs on this thread. In the degrees of the API model, and closed over callees.
//
//     item = PyList_GetItem(list, 0);
//     PyObject_CallNoArgs(hook);              Certain
//     PyDict_SetItem(seen, key, value);       Likely: __hash__, __eq__
//     x = PyLong_FromLong(1);                 Rare
//
// A callee counts for what it does on the way to a result: what happens before it fails (returns NULL or -1) its caller
// does not go on after.
#ifndef GILRAY_OWNERSHIP_DISTURBANCES_H
#define GILRAY_OWNERSHIP_DISTURBANCES_H

#include "ownership/Provenance.h"

namespace gilray::ownership {

struct Disturbance {
  api::Degree Sure = api::Degree::Never;
  bool Detaches = false; ///< the thread is detached for sure: a released region
  EventRef At;           ///< the call or the beginning of the region
};

class Disturbances {
public:
  explicit Disturbances(const Ownership &O);

  Disturbance at(EventRef At) const;
  /// "'helper' is called here", .., "the thread detaches here".
  std::vector<flow::Step> witness(const Disturbance &D) const;

private:
  struct OfFunction {
    bool Known = false;
    Disturbance Most;
  };
  const Disturbance &in(FnId F) const;
  Disturbance direct(EventRef At, const ir::Event &E) const;
  llvm::BitVector succeeding(FnId F) const;
  bool isFailure(FnId F, const ir::Terminator &T, unsigned Depth = 0) const;

  const Ownership &O;
  const link::Program &P;
  const flow::FunctionInfos &Infos;
  mutable std::vector<OfFunction> Functions;
};

} // namespace gilray::ownership

#endif
