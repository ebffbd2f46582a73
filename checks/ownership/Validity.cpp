#include "ownership/Validity.h"

namespace gilray::ownership {

Validity::Validity(const Ownership &O, const link::Modules &M) : O(O), D(O), F(O), H(O, F) {
  Claims C(O, D, F);
  for (FnId Id = 0; Id < O.program().functions().size(); ++Id) {
    if (M.initOnly(Id))
      continue;
    for (StaleUse &U : C.staleUses(Id)) {
      // While an object is made or taken apart nobody replaces its fields.
      bool OfField = U.What.Why == Risk::Field || U.What.Why == Risk::Global;
      if (!OfField || (F.running(Id) != link::NoFn && !isGuarded(U)))
        Uses.push_back(std::move(U));
    }
  }
}

/// Does something keep the one that replaces the field away while this function works with what was in there?
bool Validity::isGuarded(const StaleUse &U) const {
  const ir::Value &V = O.program().fn(U.What.Source.Fn).Values[U.What.Of];
  return H.keptApart(U.By.At, U.What.EndedBy.At, V.Rec, V.Str, true);
}

} // namespace gilray::ownership
