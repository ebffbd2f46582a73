// Small questions about the values of a function.
#ifndef GILRAY_IR_VALUES_H
#define GILRAY_IR_VALUES_H

#include "ir/Unit.h"

namespace gilray::ir {

/// (PyObject *)self and self are the same thing to most rules.
inline ValueId withoutCasts(const Function &F, ValueId V) {
  while (F.Values[V].Kind == ValueKind::Cast)
    V = F.Values[V].A;
  return V;
}

} // namespace gilray::ir

#endif
